namespace DeepLearningCourse.Images;

/// <summary>The numbers of an image, one channel after the other: <c>[channels, height, width]</c>.</summary>
internal readonly ref struct Planes(Span<float> values, int channels)
{
    public Span<float> Values { get; } = values;

    public int Channels => channels;

    public int Length => Values.Length / channels;

    public Span<float> Channel(int channel) => Values.Slice(channel * Length, Length);
}
