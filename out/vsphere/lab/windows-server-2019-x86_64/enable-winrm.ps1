# Opens WinRM over HTTPS on port 5986, with a certificate of this machine's own, for the time of the build.
# disable-winrm.ps1 takes back what is done here. With an account name, the built-in administrator gets that name.
param([string]$Account = '')

$ErrorActionPreference = 'Stop'
$mark = 'osimager build'

if ($Account -ne '') {
    $administrator = Get-LocalUser | Where-Object { $_.SID.Value -like 'S-1-5-21-*-500' }
    if ($administrator.Name -ne $Account) {
        Rename-LocalUser -SID $administrator.SID -NewName $Account
    }
}

Set-Service -Name WinRM -StartupType Automatic
Start-Service -Name WinRM

Get-ChildItem -Path WSMan:\localhost\Listener |
    Where-Object { $_.Keys -contains 'Transport=HTTPS' } |
    Remove-Item -Recurse -Force

$certificate = New-SelfSignedCertificate -DnsName $env:COMPUTERNAME -FriendlyName $mark -CertStoreLocation Cert:\LocalMachine\My
New-Item -Path WSMan:\localhost\Listener -Transport HTTPS -Address '*' -CertificateThumbPrint $certificate.Thumbprint -Force
Set-Item -Path WSMan:\localhost\MaxTimeoutms -Value 1800000 -Force

# Last of all: whoever can connect finds everything ready.
Remove-NetFirewallRule -DisplayName $mark -ErrorAction SilentlyContinue
New-NetFirewallRule -DisplayName $mark -Direction Inbound -Protocol TCP -LocalPort 5986 -Profile Any -Action Allow
