using System.Runtime.InteropServices;

namespace Heliograph.Load.Wire;

/// <summary>
/// OpenSSL's TLS client, right on a socket's descriptor: the framework's own would take as much CPU as the server that is measured. It is the
/// library that the framework itself takes on Linux.
/// </summary>
internal static partial class OpenSsl
{
    public const int WantRead = 2;
    public const int WantWrite = 3;
    public const int EndOfStream = 6;

    private const string Library = "libssl.so.3";

    // SSL_CTX_ctrl(3)
    private const int SetMode = 33;
    private const int SetReadAhead = 41;
    private const int SetSessionCache = 44;
    private const int PartialWrite = 1;
    private const int MovingWriteBuffer = 2;
    private const int ReleaseBuffers = 0x10;

    private static readonly nint Context = CreateContext();

    /// <summary>TLS on a socket. Each is a full handshake: no session is kept. The certificate is not checked: it is the bench's own.</summary>
    public static nint Open(int descriptor)
    {
        var tls = New(Context);
        if (tls == 0 || SetDescriptor(tls, descriptor) != 1)
        {
            throw new LoadException("OpenSSL opened no TLS client");
        }

        SetConnectState(tls);
        return tls;
    }

    [LibraryImport(Library, EntryPoint = "SSL_read")]
    public static partial int Read(nint tls, ref byte buffer, int length);

    [LibraryImport(Library, EntryPoint = "SSL_write")]
    public static partial int Write(nint tls, ref byte bytes, int length);

    [LibraryImport(Library, EntryPoint = "SSL_get_error")]
    public static partial int ErrorOf(nint tls, int result);

    [LibraryImport(Library, EntryPoint = "SSL_has_pending")]
    public static partial int HasPending(nint tls);

    [LibraryImport(Library, EntryPoint = "SSL_shutdown")]
    public static partial int Shutdown(nint tls);

    [LibraryImport(Library, EntryPoint = "SSL_free")]
    public static partial void Free(nint tls);

    /// <summary>An error that is left over would be taken for the next call's.</summary>
    [LibraryImport("libcrypto.so.3", EntryPoint = "ERR_clear_error")]
    public static partial void ClearErrors();

    private static nint CreateContext()
    {
        var context = NewContext(ClientMethod());
        if (context == 0)
        {
            throw new LoadException("OpenSSL has no TLS client");
        }

        _ = Control(context, SetMode, PartialWrite | MovingWriteBuffer | ReleaseBuffers, 0);
        _ = Control(context, SetReadAhead, 1, 0);
        _ = Control(context, SetSessionCache, 0, 0);
        return context;
    }

    [LibraryImport(Library, EntryPoint = "TLS_client_method")]
    private static partial nint ClientMethod();

    [LibraryImport(Library, EntryPoint = "SSL_CTX_new")]
    private static partial nint NewContext(nint method);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_ctrl")]
    private static partial nint Control(nint context, int command, nint value, nint pointer);

    [LibraryImport(Library, EntryPoint = "SSL_new")]
    private static partial nint New(nint context);

    [LibraryImport(Library, EntryPoint = "SSL_set_fd")]
    private static partial int SetDescriptor(nint tls, int descriptor);

    [LibraryImport(Library, EntryPoint = "SSL_set_connect_state")]
    private static partial void SetConnectState(nint tls);
}
