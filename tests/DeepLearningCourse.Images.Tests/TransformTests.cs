using DeepLearningCourse.Data;
using DeepLearningCourse.Tests;
using DeepLearningCourse.Tests.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Images.Tests;

public sealed class TransformTests : TensorTest
{
    private TemporaryFolder folder = null!;
    private string path = null!;
    private Tensor image = null!;

    /// <summary>An image whose pixels are all different: 6 rows, 8 columns.</summary>
    [SetUp]
    public void MakeImage()
    {
        folder = new TemporaryFolder();
        path = folder["x.png"];
        image = arange(144).reshape(3, 6, 8).to(float32) / 255;
        ImageFile.Write(path, image);
    }

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Flips_swap_every_pixel()
    {
        RequireEqual(Run(new RandomHorizontalFlip(1)), image.flip(2));
        RequireEqual(Run(new RandomVerticalFlip(1)), image.flip(1));
        RequireEqual(Run(new RandomHorizontalFlip(0), new RandomVerticalFlip(0)), image);
    }

    [Test]
    public void Flips_happen_as_often_as_asked() =>
        Assert.That(Enumerable.Range(0, 300).Count(i => Run(i, new RandomHorizontalFlip(0.3)).allclose(image.flip(2), 0, 1e-6)) / 300.0, Is.EqualTo(0.3).Within(0.08));

    [TestCase(4, 4, 1, 2)]
    [TestCase(6, 8, 0, 0)]
    [TestCase(2, 8, 2, 0)]
    public void A_centre_crop_is_the_middle_pixel_for_pixel(int height, int width, int top, int left) =>
        RequireEqual(Run(new CenterCrop(height, width)), image.narrow(1, top, height).narrow(2, left, width));

    [Test]
    public void A_crop_larger_than_the_image_gets_a_black_border()
    {
        var expected = zeros(3, 8, 10);
        expected.narrow(1, 1, 6).narrow(2, 1, 8).copy_(image);

        RequireEqual(Run(new CenterCrop(8, 10)), expected);
    }

    [Test]
    public void A_random_crop_is_some_part_of_the_image_and_each_comes()
    {
        var places = Enumerable.Range(0, 200).Select(i => (int)Math.Round(Run(i, new RandomCrop(4, 5))[0, 0, 0].item<float>() * 255)).Distinct().Order();

        Assert.That(places, Is.EqualTo(new[] { 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19 }));
        Assert.That(Run(3, new RandomCrop(20, 20)).shape, Is.EqualTo(new long[] { 3, 20, 20 }));
        Assert.That(Enumerable.Range(0, 50).Any(i => Run(i, new RandomCrop(6, 8, padding: 3))[.., .., 0].sum().item<float>() == 0), Is.True, "the border");
    }

    [Test]
    public void Resizing_keeps_the_proportion_or_takes_the_size()
    {
        Assert.That(Run(new Resize(3)).shape, Is.EqualTo(new long[] { 3, 3, 4 }));
        Assert.That(Run(new Resize(5, 5)).shape, Is.EqualTo(new long[] { 3, 5, 5 }));
        Assert.That(Run(new Resize(5, 5)).mean().item<float>(), Is.EqualTo(image.mean().item<float>()).Within(0.01));
        RequireEqual(Run(new Resize(6, 8)), image);
    }

    [Test]
    public void A_random_resized_crop_has_its_size_and_differs_from_sample_to_sample()
    {
        var crops = Enumerable.Range(0, 20).Select(i => Run(i, new RandomResizedCrop(4, 4))).ToList();

        Assert.That(crops.Select(c => c.shape), Is.All.EqualTo(new long[] { 3, 4, 4 }));
        Assert.That(crops.Select(c => c.mean().item<float>()).Distinct().Count(), Is.GreaterThan(10));
        RequireEqual(Run(new RandomResizedCrop(6, 8, minScale: 1, minRatio: 4.0 / 3, maxRatio: 4.0 / 3)), image);
    }

    [Test]
    public void A_rotation_turns_about_the_middle()
    {
        RequireEqual(Run(new RandomRotation(0)), image);
        var turned = Enumerable.Range(0, 20).Select(i => Run(i, new RandomRotation(45))).ToList();
        Assert.That(turned.Select(t => string.Join(' ', t.data<float>())).Distinct().Count(), Is.GreaterThan(10), "by other angles");
        Assert.That(
            turned.Select(t => t.narrow(1, 2, 2).narrow(2, 3, 2).mean().item<float>()), Is.All.EqualTo(image.narrow(1, 2, 2).narrow(2, 3, 2).mean().item<float>()).Within(0.005),
            "the middle stays");
        Assert.That(Run(1, new RandomRotation(180)).shape, Is.EqualTo(new long[] { 3, 6, 8 }));
    }

    [Test]
    public void Grey_is_the_eyes_brightness_in_all_channels()
    {
        var gray = (image[0] * 0.299) + (image[1] * 0.587) + (image[2] * 0.114);

        RequireEqual(Run(new Grayscale()), gray.expand(3, -1, -1));
        RequireEqual(ImageFile.Read(path, channels: 1), gray.unsqueeze(0));
    }

    [Test]
    public void Normalising_goes_channel_by_channel()
    {
        var mean = tensor(new[] { 0.485f, 0.456f, 0.406f }).reshape(3, 1, 1);
        var std = tensor(new[] { 0.229f, 0.224f, 0.225f }).reshape(3, 1, 1);

        RequireEqual(Run(Normalize.ImageNet), (image - mean) / std);
        Assert.That(() => new Normalize([0.5f], [0f]),
            Throws.ArgumentException.With.Message.EqualTo("mean has 1 numbers and std 1: give one for each channel, and no deviation may be 0."));
        Assert.That(() => new Normalize([0.5f], [1f, 1f]),
            Throws.ArgumentException.With.Message.EqualTo("mean has 1 numbers and std 2: give one for each channel, and no deviation may be 0."));
    }

    [Test]
    public void Colours_change_by_torchvisions_formulas()
    {
        // With one factor possible only at its ends, each picture lies between the two that the formula gives there.
        var gray = (image[0] * 0.299) + (image[1] * 0.587) + (image[2] * 0.114);

        for (var i = 0; i < 10; i++)
        {
            var factor = Factor(Run(i, new ColorJitter(brightness: 0.5)), image, zeros(1));
            Assert.That(factor, Is.InRange(0.5, 1.5));
            Assert.That(Factor(Run(i, new ColorJitter(contrast: 0.5)), image, gray.mean()), Is.InRange(0.5, 1.5));
            Assert.That(Factor(Run(i, new ColorJitter(saturation: 0.3)), image, gray), Is.InRange(0.7, 1.3));
        }

        RequireEqual(Run(new ColorJitter()), image);

        // blended = other · (1 - f) + image · f, so f is the same at every pixel that was not cut off at 0 or 1.
        static double Factor(Tensor blended, Tensor image, Tensor other)
        {
            var inside = blended.gt(0.001).logical_and(blended.lt(0.999)).logical_and((image - other).abs().gt(0.05));
            var factors = ((blended - other) / (image - other))[inside];
            Assert.That((factors.max() - factors.min()).item<float>(), Is.LessThan(0.02));
            return factors.mean().item<float>();
        }
    }

    [TestCase(1f, 0f, 0f, 1f / 3, 0f, 1f, 0f)]
    [TestCase(1f, 0f, 0f, -1f / 3, 0f, 0f, 1f)]
    [TestCase(0.2f, 0.6f, 0.4f, 0.5f, 0.6f, 0.2f, 0.4f)]
    [TestCase(0.5f, 0.5f, 0.5f, 0.3f, 0.5f, 0.5f, 0.5f)]
    [TestCase(0.9f, 0.1f, 0.3f, 0f, 0.9f, 0.1f, 0.3f)]
    public void Hues_turn_around_the_circle(float red, float green, float blue, float by, float newRed, float newGreen, float newBlue)
    {
        float[] pixel = [red, green, blue];
        ColorJitter.TurnHue(new Planes(pixel, 3), by);

        Assert.That(pixel, Is.EqualTo(new[] { newRed, newGreen, newBlue }).Within(1e-5));
    }

    [Test]
    public void A_sample_looks_the_same_again_and_another_does_not()
    {
        ImageTransform[] all = [new RandomResizedCrop(5, 5), new RandomHorizontalFlip(), new ColorJitter(0.5, 0.5, 0.5, 0.3)];

        RequireEqual(Run(7, all), Run(7, all));
        Assert.That(Run(8, all).allclose(Run(7, all), 0, 1e-3), Is.False);
    }

    [Test]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.That(() => new Resize(0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("The size is 0×0: both must be at least 1 pixel. (Parameter 'height')"));
        Assert.That(() => new CenterCrop(3, -1),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("The size is 3×-1: both must be at least 1 pixel. (Parameter 'height')"));
        Assert.That(() => new RandomCrop(3, 3, -1),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("padding is -1: it cannot be negative. (Parameter 'padding')"));
        Assert.That(() => new RandomHorizontalFlip(1.5), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("probability is 1.5: it must lie between 0 and 1."));
        Assert.That(() => new RandomRotation(-1),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("degrees is -1: it must lie between 0 and 180. (Parameter 'degrees')"));
        Assert.That(() => new ColorJitter(hue: 0.6),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("hue is 0.6: it must lie between 0 and 0.5. (Parameter 'hue')"));
        Assert.That(() => new RandomResizedCrop(3, 3, minScale: 0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("The scale goes from 0 to 1: both must be above 0, and the first not the larger. (Parameter 'scale')"));
    }

    private Tensor Run(params ImageTransform[] transforms) => Run(0, transforms);

    /// <summary>As a loader would, which gives each sample numbers of its own.</summary>
    private Tensor Run(int sample, params ImageTransform[] transforms)
    {
        using var loader = new DataLoader<Tensor>(
            Enumerable.Range(0, sample + 1).ToList().ToDataset().Map(_ => ImageFile.Read(path, transforms)), sampler: new SubsetRandomSampler([sample]), batchSize: null, seed: 5);
        return loader.ToList().Single();
    }

    private static void RequireEqual(Tensor actual, Tensor expected)
    {
        Assert.That(actual.shape, Is.EqualTo(expected.shape));
        Assert.That((actual - expected).abs().max().item<float>(), Is.LessThan(1e-5));
    }
}
