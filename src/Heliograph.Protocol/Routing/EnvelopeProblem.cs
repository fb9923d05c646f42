namespace Heliograph.Protocol.Routing;

/// <summary>Why an envelope was not understood. Such a frame is ignored and counted; the connection lives on.</summary>
public enum EnvelopeProblem
{
    /// <summary>It was understood.</summary>
    None,

    /// <summary>Not JSON, or JSON with something behind it.</summary>
    NotJson,

    /// <summary>JSON, but not an object.</summary>
    NotObject,

    /// <summary>No <c>type</c>, or one that is not a string.</summary>
    NoType,

    /// <summary>A type that peers do not send, or that this version does not know.</summary>
    UnknownType,

    /// <summary>A field that the type needs is missing, null or of the wrong kind.</summary>
    MissingField,
}
