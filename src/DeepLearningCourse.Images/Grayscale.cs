using DeepLearningCourse.Data;

namespace DeepLearningCourse.Images;

/// <summary>
/// Takes the colour out and keeps three equal channels:
/// <see href="https://pytorch.org/vision/stable/generated/torchvision.transforms.Grayscale.html">torchvision.transforms.Grayscale</see> with
/// <c>num_output_channels=3</c>. For a single channel use <c>channels: 1</c> of <see cref="ImageFolder"/>.
/// </summary>
public sealed class Grayscale : ImageTransform
{
    internal override void OnPixels(Planes planes, SampleRandom random) => ColorJitter.TowardsGray(planes, 0);
}
