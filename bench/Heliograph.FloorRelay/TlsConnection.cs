using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Heliograph.FloorRelay;

/// <summary>A connection behind the framework's TLS: the same work, with <see cref="SslStream"/> between it and the socket.</summary>
internal sealed class TlsConnection : Connection
{
    private static SslServerAuthenticationOptions? _options;

    private readonly LoopStream _stream;
    private readonly SslStream _tls;

    public TlsConnection(int descriptor, Loop loop, X509Certificate2 certificate)
        : base(descriptor)
    {
        _stream = new LoopStream(descriptor);
        _tls = new SslStream(_stream);
        // One for all, as it keeps the context that OpenSSL makes of the certificate.
        _options ??= new() { ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null) };
        _ = RunAsync(loop);
    }

    public override void OnReady(Loop loop, bool canRead, bool canWrite) => _stream.OnReady(canRead, canWrite);

    private async Task RunAsync(Loop loop)
    {
        try
        {
            await _tls.AuthenticateAsServerAsync(_options!);
            if (!await TryOpenAsync(loop))
            {
                return;
            }

            if (loop.LoopOf(Pair) is var its && its != loop)
            {
                var old = loop;
                loop = its;
                await _stream.WaitUntilWritable(whenWaiting: () => old.MoveTo(its, this));
            }

            IsJoined = true;
            loop.Join(this);
            await RelayAsync(loop);
        }
        catch (Exception error) when (error is IOException or AuthenticationException)
        {
            // It left.
        }
        finally
        {
            await _tls.DisposeAsync();
            loop.Close(this);
        }
    }

    private async Task<bool> TryOpenAsync(Loop loop)
    {
        // A buffer of its own: others use the loop's while this one waits.
        var buffer = new byte[1024];
        while (true)
        {
            var count = await _tls.ReadAsync(buffer);
            if (count == 0)
            {
                return false;
            }

            var have = TakeRest(loop.Input);
            buffer.AsSpan(0, count).CopyTo(loop.Input.AsSpan(have));
            if (!Request.TryRead(loop.Input.AsSpan(0, have + count), loop.Output, out var request))
            {
                KeepRest(loop.Input.AsSpan(0, have + count));
                continue;
            }

            await _tls.WriteAsync(loop.Output.AsMemory(0, request.AnswerLength));
            if (request.Pair is { } pair)
            {
                SetPair(pair, request.Side);
                return true;
            }

            if (request.IsRefused)
            {
                return false;
            }
        }
    }

    private async Task RelayAsync(Loop loop)
    {
        while (true)
        {
            // Holds no buffer while nothing comes. What is read is written to the loop's at once, with no wait in between.
            _ = await _tls.ReadAsync(Memory<byte>.Empty);
            var have = Rest?.Length ?? 0;
            var count = await _tls.ReadAsync(loop.Input.AsMemory(have));
            if (count == 0)
            {
                return;
            }

            TakeRest(loop.Input);
            var data = loop.Input.AsMemory(0, have + count);
            var relayed = Frames.Relay(data.Span, loop.Output);
            if (relayed.IsClosed)
            {
                await _tls.WriteAsync(Frames.Close.ToArray());
                return;
            }

            KeepRest(data.Span[relayed.Taken..]);
            if (relayed.Written > 0 && Other is TlsConnection other)
            {
                await other._tls.WriteAsync(loop.Output.AsMemory(0, relayed.Written));
            }
        }
    }
}
