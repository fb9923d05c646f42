namespace Heliograph.Doctor;

/// <summary>A step of the way that a peer walks.</summary>
internal interface IStep
{
    /// <summary>What the report calls it.</summary>
    string Name { get; }

    /// <summary>Walks it, and keeps in the visit what later steps need.</summary>
    /// <exception cref="StepFailedException">It can't go on.</exception>
    Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken);
}
