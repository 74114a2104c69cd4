using DeepLearningCourse.Data;

namespace DeepLearningCourse.Images;

/// <summary>
/// Changes brightness, contrast, saturation and hue at random, in random order:
/// <see href="https://pytorch.org/vision/stable/generated/torchvision.transforms.ColorJitter.html">torchvision.transforms.ColorJitter</see>.
/// </summary>
/// <param name="brightness">How much: the factor lies between 1 - brightness, at least 0, and 1 + brightness.</param>
/// <param name="contrast">Likewise; at factor 0 all pixels are the image's mean grey.</param>
/// <param name="saturation">Likewise; at factor 0 the image is grey. Nothing happens to an image of one channel.</param>
/// <param name="hue">How far the colours turn, to either side, from 0 to 0.5, where 1 is all the way around. Nothing happens to one channel.</param>
/// <exception cref="ArgumentOutOfRangeException">A number is negative, or hue above 0.5.</exception>
public sealed class ColorJitter(double brightness = 0, double contrast = 0, double saturation = 0, double hue = 0) : ImageTransform
{
    private readonly double brightness = Require(brightness, double.MaxValue, nameof(brightness));
    private readonly double contrast = Require(contrast, double.MaxValue, nameof(contrast));
    private readonly double saturation = Require(saturation, double.MaxValue, nameof(saturation));
    private readonly double hue = Require(hue, 0.5, nameof(hue));

    internal override void OnPixels(Planes planes, SampleRandom random)
    {
        Span<int> order = [0, 1, 2, 3];
        random.Shuffle(order);

        foreach (var step in order)
        {
            switch (step)
            {
                case 0 when brightness > 0:
                    Brighten(planes, Factor(brightness, random));
                    break;
                case 1 when contrast > 0:
                    Blend(planes.Values, MeanGray(planes), Factor(contrast, random));
                    break;
                case 2 when saturation > 0:
                    TowardsGray(planes, Factor(saturation, random));
                    break;
                case 3 when hue > 0 && planes.Channels == 3:
                    TurnHue(planes, (float)(hue * ((2 * random.NextDouble()) - 1)));
                    break;
            }
        }
    }

    /// <summary>gray · (1 - factor) + pixel · factor, where grey is the pixel's own.</summary>
    internal static void TowardsGray(Planes planes, float factor)
    {
        if (planes.Channels != 3)
        {
            return;
        }

        var red = planes.Channel(0);
        var green = planes.Channel(1);
        var blue = planes.Channel(2);

        for (var i = 0; i < red.Length; i++)
        {
            var gray = Gray(red[i], green[i], blue[i]) * (1 - factor);
            red[i] = Clamp(gray + (red[i] * factor));
            green[i] = Clamp(gray + (green[i] * factor));
            blue[i] = Clamp(gray + (blue[i] * factor));
        }
    }

    internal static void TurnHue(Planes planes, float by)
    {
        var red = planes.Channel(0);
        var green = planes.Channel(1);
        var blue = planes.Channel(2);

        for (var i = 0; i < red.Length; i++)
        {
            (red[i], green[i], blue[i]) = Turned(red[i], green[i], blue[i], by);
        }
    }

    private static void Brighten(Planes planes, float factor)
    {
        foreach (ref var value in planes.Values)
        {
            value = Clamp(value * factor);
        }
    }

    private static void Blend(Span<float> values, float with, float factor)
    {
        foreach (ref var value in values)
        {
            value = Clamp((with * (1 - factor)) + (value * factor));
        }
    }

    private static float MeanGray(Planes planes)
    {
        var sum = 0.0;

        for (var i = 0; i < planes.Length; i++)
        {
            sum += planes.Channels == 1 ? planes.Values[i] : Gray(planes.Channel(0)[i], planes.Channel(1)[i], planes.Channel(2)[i]);
        }

        return (float)(sum / planes.Length);
    }

    /// <summary>Through the colour's hue, saturation and value (Smith 1978) and back.</summary>
    private static (float, float, float) Turned(float red, float green, float blue, float by)
    {
        var value = Math.Max(red, Math.Max(green, blue));
        var chroma = value - Math.Min(red, Math.Min(green, blue));

        if (chroma == 0)
        {
            return (red, green, blue);
        }

        var sixth = value == red ? (green - blue) / chroma : value == green ? 2 + ((blue - red) / chroma) : 4 + ((red - green) / chroma);
        var turned = (sixth / 6) + by;
        turned = (turned - MathF.Floor(turned)) * 6;
        return (Channel(5), Channel(3), Channel(1));

        float Channel(int n)
        {
            var k = (n + turned) % 6;
            return value - (chroma * Math.Clamp(Math.Min(k, 4 - k), 0, 1));
        }
    }

    private static float Factor(double around, SampleRandom random)
    {
        var (low, high) = (Math.Max(0, 1 - around), 1 + around);
        return (float)(low + ((high - low) * random.NextDouble()));
    }

    private static float Gray(float red, float green, float blue) => (0.299f * red) + (0.587f * green) + (0.114f * blue);

    private static float Clamp(float value) => Math.Clamp(value, 0, 1);

    private static double Require(double number, double most, string name) => number >= 0 && number <= most
        ? number
        : throw new ArgumentOutOfRangeException(name, FormattableString.Invariant($"{name} is {number}: it must lie between 0 and {(most > 1 ? "any finite number" : most)}."));
}
