using System.Security.Cryptography.X509Certificates;
using Heliograph.FloorRelay;

// No arguments: plain. Two, a certificate and its key as PEM files: TLS.
var certificate = args is [var chain, var key] ? X509Certificate2.CreateFromPemFile(chain, key) : null;
var (listener, port) = LibC.Listen();
var table = new ConnectionTable(Environment.ProcessorCount);
foreach (var number in Enumerable.Range(0, table.LoopCount))
    table.Start(number, listener, certificate);

Console.WriteLine($"listening {(certificate is null ? "http" : "https")}://127.0.0.1:{port}");
Thread.Sleep(Timeout.Infinite);
