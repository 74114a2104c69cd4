using System.Globalization;

namespace DeepLearningCourse.Training.Display;

/// <summary>Numbers as a person reads them, the same in every culture.</summary>
internal static class Figures
{
    /// <summary>Four digits behind the point, or an exponent where these would say nothing.</summary>
    public static string Number(double value) => value != 0 && Math.Abs(value) is < 0.001 or >= 100_000 && double.IsFinite(value)
        ? value.ToString("0.000e+00", CultureInfo.InvariantCulture)
        : value.ToString("F4", CultureInfo.InvariantCulture);

    public static string LearningRate(double value) => value.ToString("g4", CultureInfo.InvariantCulture);

    public static string Count(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A length of time: <c>0.14 s</c>, <c>12.3 s</c>, <c>4:05</c>, <c>1:04:05</c>.</summary>
    public static string Time(TimeSpan time) => time.TotalSeconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F2} s"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F1} s"),
        _ => Clock(time),
    };

    /// <summary>A length of time in whole seconds: <c>0:09</c>, <c>4:05</c>, <c>1:04:05</c>.</summary>
    public static string Clock(TimeSpan time)
    {
        var seconds = (long)Math.Round(Math.Max(0, time.TotalSeconds));
        return seconds < 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}:{seconds % 60:D2}")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}:{seconds / 60 % 60:D2}:{seconds % 60:D2}");
    }

    /// <summary>What was measured of an epoch besides the training loss: names and values, in the order of all tables.</summary>
    public static IEnumerable<(string Name, double Value)> Of(EpochResult epoch)
    {
        if (epoch.Validation is { } validation)
        {
            yield return ("validation loss", validation.Loss);

            foreach (var figure in Of(validation))
            {
                yield return figure;
            }
        }

        foreach (var (name, value) in epoch.PhaseLosses)
        {
            yield return ($"train {name} loss", value);
        }

        foreach (var (name, value) in epoch.Values)
        {
            yield return ($"train {name}", value);
        }
    }

    /// <summary>What was measured besides the loss.</summary>
    public static IEnumerable<(string Name, double Value)> Of(Evaluation evaluation)
    {
        // A metric of this name takes the place of the confusion matrix's figure.
        if (evaluation.Accuracy is { } accuracy && !evaluation.Metrics.Keys.Contains("accuracy", StringComparer.OrdinalIgnoreCase))
        {
            yield return ("accuracy", accuracy);
        }

        foreach (var (name, value) in evaluation.Metrics)
        {
            yield return (name, value);
        }
    }
}
