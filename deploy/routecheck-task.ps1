# Windows: a scheduled task that starts the service with the machine and keeps it running.
# Run once, in PowerShell as administrator:
#
#   powershell -ExecutionPolicy Bypass -File deploy\routecheck-task.ps1 -Site C:\routecheck\site
#
# A second site of the same machine needs a name of its own:   -Name routecheck-xiushan
# Remove it again:   Unregister-ScheduledTask -TaskName routecheck
# Stop and start:    Stop-ScheduledTask routecheck;  Start-ScheduledTask routecheck
# Instead of the service, a task that runs once a morning does as well:   -Once

param(
    [Parameter(Mandatory = $true)] [string] $Site,
    [string] $Python = "C:\routecheck\venv\Scripts\python.exe",
    [string] $At = "06:30",
    [string] $Name = "routecheck",
    [switch] $Once
)
$ErrorActionPreference = "Stop"

$config = Join-Path $Site "routecheck.toml"
foreach ($path in @($Python, $config)) {
    if (-not (Test-Path $path)) { throw "$path is not there" }
}
# Another site's task is not replaced without a word.
$there = Get-ScheduledTask -TaskName $Name -ErrorAction SilentlyContinue
if ($there -and $there.Actions[0].WorkingDirectory -ne $Site) {
    throw "the task $Name is that of $($there.Actions[0].WorkingDirectory); give this one another -Name"
}
$log = Join-Path $Site "log\routecheck.log"
if ($Once) {
    $arguments = "-m routecheck run --due --config `"$config`""
    $trigger = New-ScheduledTaskTrigger -Daily -At $At
    $limit = New-TimeSpan -Hours 6
} else {
    $arguments = "-m routecheck serve --config `"$config`" --log-file `"$log`""
    $trigger = New-ScheduledTaskTrigger -AtStartup
    $limit = [TimeSpan]::Zero
}
$action = New-ScheduledTaskAction -Execute $Python -Argument $arguments -WorkingDirectory $Site
# What was missed while the machine was off is run when it is on again; killed, it starts again.
$settings = New-ScheduledTaskSettingsSet -StartWhenAvailable -ExecutionTimeLimit $limit `
    -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) -MultipleInstances IgnoreNew `
    -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
# NETWORK SERVICE: no password to keep. It must be allowed to write the folder of the site.
$principal = New-ScheduledTaskPrincipal -UserId "NT AUTHORITY\NETWORK SERVICE" -LogonType ServiceAccount
icacls $Site /grant "NETWORK SERVICE:(OI)(CI)M" | Out-Null
Register-ScheduledTask -TaskName $Name -Action $action -Trigger $trigger `
    -Settings $settings -Principal $principal -Force | Out-Null
Start-ScheduledTask -TaskName $Name
Write-Output "$Name is scheduled; its log is $log"
