namespace DeepLearningCourse.Images;

/// <summary>How large an image is, in pixels.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct ImageSize(int Height, int Width)
{
    /// <summary>As messages write it.</summary>
    /// <returns>For instance <c>224×320</c>, height first.</returns>
    public override string ToString() => $"{Height}×{Width}";

    internal static ImageSize Require(int height, int width) => height > 0 && width > 0
        ? new(height, width)
        : throw new ArgumentOutOfRangeException(nameof(height), $"The size is {height}×{width}: both must be at least 1 pixel.");
}
