namespace DeepLearningCourse.Models;

/// <summary>One layer of a <see cref="NetworkSummary"/>.</summary>
public sealed record LayerSummary
{
    internal LayerSummary()
    {
    }

    /// <summary>The layer's path, for instance <c>encoder.w1</c>; empty for the network itself.</summary>
    public required string Path { get; init; }

    /// <summary>Its class, for instance <c>Linear</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its class and arguments, as the registry prints them.</summary>
    public required string Description { get; init; }

    /// <summary>How deep it is nested; 0 for the network itself.</summary>
    public required int Depth { get; init; }

    /// <summary>The shapes of the tensors that it got at its first call; empty if it was not called.</summary>
    public required IReadOnlyList<IReadOnlyList<long>> InputShapes { get; init; }

    /// <summary>The shapes of the tensors that it gave at its first call; empty if it was not called.</summary>
    public required IReadOnlyList<IReadOnlyList<long>> OutputShapes { get; init; }

    /// <summary>How often it was called.</summary>
    public required int Calls { get; init; }

    /// <summary>The numbers in its parameters, those of the layers inside included, each parameter once.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>How many of them are trained.</summary>
    public required long TrainableCount { get; init; }

    /// <summary>Multiplications that are added up, in all its calls, for the whole batch, those of the layers inside included.</summary>
    public required long MultiplyAdds { get; init; }

    /// <summary>The bytes of its parameters and buffers and of what it gave, those of the layers inside included.</summary>
    public required long Bytes { get; init; }

    /// <summary>The path of the layer that it is the same as, whose numbers are counted there; null if it is the first.</summary>
    public string? SharedWith { get; init; }

    /// <summary>Whether there are layers inside.</summary>
    public required bool HasChildren { get; init; }
}
