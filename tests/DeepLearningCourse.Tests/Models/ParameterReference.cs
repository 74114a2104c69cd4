using System.Text.Json;
using DeepLearningCourse.Tests.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

/// <summary>The numbers of make_parameters.py.</summary>
internal static class ParameterReference
{
    public static JsonElement Root { get; } = JsonDocument.Parse(File.ReadAllText(Reference.PathOf("parameters.json"))).RootElement;

    public static double[] Numbers(this JsonElement element) => [.. element.EnumerateArray().Select(number => number.GetDouble())];

    public static long[] Shape(this JsonElement element) => [.. element.EnumerateArray().Select(number => number.GetInt64())];

    public static double[] Doubles(this Tensor values)
    {
        using var plain = values.detach();
        using var wide = plain.to(ScalarType.Float64);
        using var near = wide.cpu();
        using var dense = near.contiguous();
        return dense.data<double>().ToArray();
    }
}
