@echo off
rem Starts the mindeye command; builds it first when the jar is missing or older than its sources.
rem Needs a JDK >= 17 and, to build, Maven >= 3.8. MINDEYE_JAVA_OPTS: options for the JVM.
setlocal enableextensions disabledelayedexpansion
set "root=%~dp0"
set "jar=%root%mindeye-cli\target\mindeye.jar"
set "log=%TEMP%\mindeye-%RANDOM%%RANDOM%.log"

rem Java: that of JAVA_HOME, or whatever is on the path. Its version: as the JDK's file "release" says, which
rem takes no time; where there is none, as Java says, which takes a start of Java.
set "java=java"
set "release="
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java.exe"
if defined JAVA_HOME set "release=%JAVA_HOME%\release"
if defined JAVA_HOME if not exist "%java%" set "release="
if not defined JAVA_HOME for %%j in (java.exe) do if not "%%~$PATH:j"=="" set "release=%%~dp$PATH:j..\release"
set "version="
if defined release if exist "%release%" for /f "tokens=2 delims==" %%v in ('findstr /b /c:"JAVA_VERSION=" "%release%"') do set "version=%%~v"
if defined version goto known
"%java%" -XshowSettings:properties -version >"%log%" 2>&1
for /f "tokens=2 delims==" %%v in ('findstr /c:"java.specification.version =" "%log%"') do set "version=%%v"
if not defined version call :fail "needs a JDK 17 or later, but %java% does not start" & exit /b 1
:known
for /f "tokens=1 delims=.-+ " %%m in ("%version%") do set "major=%%m"
if %major% lss 17 call :fail "needs a JDK 17 or later, but %java% is version %version: =%" & exit /b 1

if not exist "%jar%" goto build
powershell -NoProfile -Command "$t=(Get-Item $env:jar).LastWriteTimeUtc; $f=@(Get-ChildItem -Path ($env:root+'pom.xml'),($env:root+'*\pom.xml'))+@(Get-ChildItem -Recurse -Path ($env:root+'*\src\main')); if (@($f | Where-Object {$_.LastWriteTimeUtc -gt $t}).Count) {exit 1}"
if not errorlevel 1 goto run

:build
set "maven="
call mvn -B -v >"%log%" 2>&1
for /f "tokens=3" %%v in ('findstr /b /c:"Apache Maven" "%log%"') do set "maven=%%v"
if not defined maven call :fail "needs Maven 3.8 or later to build, but there is no mvn" & exit /b 1
for /f "tokens=1,2 delims=." %%a in ("%maven%") do set "maven_major=%%a" & set "maven_minor=%%b"
if %maven_major% lss 3 call :fail "needs Maven 3.8 or later to build, but mvn is %maven%" & exit /b 1
if %maven_major% equ 3 if %maven_minor% lss 8 call :fail "needs Maven 3.8 or later to build, but mvn is %maven%" & exit /b 1
echo building ... (first run: a few minutes) 1>&2
pushd "%root%"
call mvn -q -B -ntp -Dmaven.test.skip=true -Dmaven.javadoc.skip=true -Dmaven.source.skip=true -Dspotless.check.skip=true -Dcheckstyle.skip=true -Dmaven.jar.forceCreation=true -pl mindeye-cli -am package >"%log%" 2>&1
set "result=%errorlevel%"
popd
if not "%result%"=="0" type "%log%" 1>&2 & call :fail "the build failed" & exit /b 1

:run
if exist "%log%" del "%log%"
if not defined OMP_WAIT_POLICY set "OMP_WAIT_POLICY=PASSIVE"
"%java%" %MINDEYE_JAVA_OPTS% -jar "%jar%" %*
exit /b %errorlevel%

:fail
echo mindeye: %~1 1>&2
if exist "%log%" del "%log%"
exit /b 1
