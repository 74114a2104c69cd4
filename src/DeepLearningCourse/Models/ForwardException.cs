namespace DeepLearningCourse.Models;

/// <summary>A forward pass failed: says at which layer, with which shapes, and how the tensor got there.</summary>
public sealed class ForwardException : InvalidOperationException
{
    internal ForwardException(string message, string? layerPath, Exception cause)
        : base(message, cause) => LayerPath = layerPath;

    /// <summary>The path of the layer that failed, for instance <c>encoder.w2</c>; null if it failed between layers.</summary>
    public string? LayerPath { get; }

    /// <summary>The message and the C# lines that led to it, without libtorch's C++ frames; those are in
    /// <see cref="Exception.InnerException"/>.</summary>
    public override string ToString() => NativeErrorText.Describe(this);
}
