using DeepLearningCourse.Data;

namespace DeepLearningCourse.Benchmarks.Loading;

/// <summary>3×224×224 bytes made normalised floats.</summary>
internal sealed class PixelImages : SpanDataset<float, long>
{
    private const int Distinct = 64;
    private const int Channel = 224 * 224;
    private static readonly (float Mean, float Std)[] Channels = [(0.485f, 0.229f), (0.456f, 0.224f), (0.406f, 0.225f)];
    private readonly byte[][] pixels;

    public PixelImages()
    {
        var random = new Random(0);
        pixels = new byte[Distinct][];

        for (var i = 0; i < Distinct; i++)
        {
            pixels[i] = new byte[3 * Channel];
            random.NextBytes(pixels[i]);
        }
    }

    public override long Count => 256;

    public override IReadOnlyList<long> FeatureShape { get; } = [3, 224, 224];

    public override IReadOnlyList<long> TargetShape { get; } = [];

    public override void CopyTo(long index, Span<float> features, Span<long> target)
    {
        for (var c = 0; c < 3; c++)
        {
            Pixels.Normalize(pixels[index % Distinct].AsSpan(c * Channel, Channel), features.Slice(c * Channel, Channel), Channels[c].Mean, Channels[c].Std);
        }

        target[0] = index % 10;
    }
}
