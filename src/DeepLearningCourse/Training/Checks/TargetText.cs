using System.Globalization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Checks;

/// <summary>Numbers of a batch in a sentence.</summary>
internal static class TargetText
{
    /// <summary>A number, in the form of its tensor: 3, or 0.25.</summary>
    public static string Number(Tensor value) => value.dtype == ScalarType.Bool
        ? value.item<bool>() ? "true" : "false"
        : value.is_floating_point() ? Number(value.to(ScalarType.Float64).item<double>()) : value.to(ScalarType.Int64).item<long>().ToString(CultureInfo.InvariantCulture);

    public static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
