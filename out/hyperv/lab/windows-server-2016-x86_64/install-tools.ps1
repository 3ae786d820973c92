# Installs the guest tools of whatever hypervisor has put their medium, or their installer, into a drive.
# The build goes on without them, so nothing here fails.
$installers = @(
    @{ Pattern = 'setup64.exe'; Product = 'VMware*'; Arguments = '/S /v "/qn REBOOT=R"' }
    @{ Pattern = 'setup.exe'; Product = 'VMware*'; Arguments = '/S /v "/qn REBOOT=R"' }
    @{ Pattern = 'virtio-win-guest-tools.exe'; Product = '*'; Arguments = '/install /quiet /norestart' }
    @{ Pattern = 'VBoxWindowsAdditions.exe'; Product = '*'; Arguments = '/S' }
    @{ Pattern = 'managementagent*x64.msi'; Product = '*'; Arguments = '/qn /norestart' }
)

$roots = Get-PSDrive -PSProvider FileSystem | Where-Object { $_.Root -ne "$env:SystemDrive\" } | ForEach-Object { $_.Root }
foreach ($root in $roots) {
    foreach ($installer in $installers) {
        $file = Get-ChildItem -Path $root -Filter $installer.Pattern -File -ErrorAction SilentlyContinue |
            Where-Object { "$($_.VersionInfo.ProductName)" -like $installer.Product } |
            Select-Object -First 1
        if (-not $file) { continue }
        if ($file.Extension -eq '.msi') {
            Start-Process -FilePath msiexec.exe -ArgumentList ('/i "{0}" {1}' -f $file.FullName, $installer.Arguments) -Wait
        } else {
            Start-Process -FilePath $file.FullName -ArgumentList $installer.Arguments -Wait
        }
        break
    }
}
exit 0
