using DeepLearningCourse.Data;

namespace DeepLearningCourse.Images;

/// <summary>(pixel - mean) / std, by channel: <see href="https://pytorch.org/vision/stable/generated/torchvision.transforms.Normalize.html">torchvision.transforms.Normalize</see>.</summary>
public sealed class Normalize : ImageTransform
{
    private readonly float[] mean;
    private readonly float[] std;

    /// <summary>Normalises with one number per channel, on the scale from 0 to 1.</summary>
    /// <param name="mean">The channels' means.</param>
    /// <param name="std">The channels' standard deviations, not 0.</param>
    /// <exception cref="ArgumentException">They are not as many, or a deviation is 0.</exception>
    public Normalize(IReadOnlyList<float> mean, IReadOnlyList<float> std)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(std);

        if (mean.Count != std.Count || mean.Count == 0 || std.Contains(0f))
        {
            throw new ArgumentException($"mean has {mean.Count} numbers and std {std.Count}: give one for each channel, and no deviation may be 0.");
        }

        (this.mean, this.std) = ([.. mean], [.. std]);
    }

    /// <summary>With the means and deviations of ImageNet, which pretrained networks expect.</summary>
    public static Normalize ImageNet { get; } = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    internal int Channels => mean.Length;

    internal override void OnPixels(Planes planes, SampleRandom random)
    {
        for (var channel = 0; channel < planes.Channels; channel++)
        {
            var (m, scale) = (mean[channel], 1 / std[channel]);

            foreach (ref var value in planes.Channel(channel))
            {
                value = (value - m) * scale;
            }
        }
    }
}
