using System.Runtime.Versioning;

// File modes and signals are what these tests are about.
[assembly: UnsupportedOSPlatform("windows")]
