# Takes back what enable-winrm.ps1 did, and what the installation left of the automatic logon.
#   -Shutdown   orders the shutdown first, since the connection that gave the command ends here
#   -AtStartup  does it at the next start of the system, for builders that stop the machine by themselves
param([switch]$Shutdown, [switch]$AtStartup)

$mark = 'osimager build'

if ($AtStartup) {
    $argument = '-NoProfile -NonInteractive -ExecutionPolicy Bypass -File "{0}"' -f $PSCommandPath
    $action = New-ScheduledTaskAction -Execute 'powershell.exe' -Argument $argument
    $trigger = New-ScheduledTaskTrigger -AtStartup
    Register-ScheduledTask -TaskName $mark -Action $action -Trigger $trigger -User 'SYSTEM' -RunLevel Highest -Force -ErrorAction Stop
    exit 0
}

if ($Shutdown) {
    shutdown.exe /s /t 30 /f /d p:4:1 /c 'The image is ready.'
}

$winlogon = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon'
Set-ItemProperty -Path $winlogon -Name AutoAdminLogon -Value '0'
foreach ($name in 'DefaultPassword', 'AutoLogonCount') {
    Remove-ItemProperty -Path $winlogon -Name $name -ErrorAction SilentlyContinue
}
Remove-Item -Path "$env:SystemRoot\Panther\unattend.xml", "$env:SystemRoot\Panther\Autounattend.xml" -ErrorAction SilentlyContinue

Unregister-ScheduledTask -TaskName $mark -Confirm:$false -ErrorAction SilentlyContinue
Remove-NetFirewallRule -DisplayName $mark -ErrorAction SilentlyContinue
# At the start of the system the listeners can be asked for only once the service runs.
Start-Service -Name WinRM -ErrorAction SilentlyContinue
Get-ChildItem -Path WSMan:\localhost\Listener |
    Where-Object { $_.Keys -contains 'Transport=HTTPS' } |
    Remove-Item -Recurse -Force
Get-ChildItem -Path Cert:\LocalMachine\My |
    Where-Object { $_.FriendlyName -eq $mark } |
    Remove-Item -Force

Remove-Item -Path $PSCommandPath -Force -ErrorAction SilentlyContinue
exit 0
