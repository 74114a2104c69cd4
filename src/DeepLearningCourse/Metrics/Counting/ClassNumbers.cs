using System.Globalization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Metrics.Counting;

/// <summary>Class numbers out of tensors.</summary>
internal static class ClassNumbers
{
    /// <summary>Stands for a target that is passed over.</summary>
    public const long Ignored = -1;

    /// <summary>The true classes in the targets' order, with <see cref="Ignored"/> for those that are <paramref name="ignoreIndex"/>.</summary>
    /// <exception cref="ArgumentException">A target is no class number, or not below <paramref name="classes"/>.</exception>
    public static long[] Actual(Tensor targets, long ignoreIndex, long? classes)
    {
        var numbers = Whole(targets, "Target", nameof(targets));
        for (var i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] == ignoreIndex)
            {
                numbers[i] = Ignored;
            }
            else if (numbers[i] < 0 || numbers[i] >= classes)
            {
                throw OutOfRange("Target", i, numbers[i], classes, nameof(targets));
            }
        }

        return numbers;
    }

    /// <summary>The predicted classes in their order; what stands where the target is ignored is not looked at.</summary>
    /// <exception cref="ArgumentException">A prediction is no class, or not below <paramref name="classes"/>.</exception>
    public static long[] Predicted(Tensor predictions, long[] actual, long? classes)
    {
        var numbers = Whole(predictions, "Prediction", nameof(predictions));
        for (var i = 0; i < numbers.Length; i++)
        {
            if (actual[i] != Ignored && (numbers[i] < 0 || numbers[i] >= classes))
            {
                throw OutOfRange("Prediction", i, numbers[i], classes, nameof(predictions));
            }
        }

        return numbers;
    }

    private static long[] Whole(Tensor tensor, string what, string name)
    {
        if (!tensor.is_floating_point())
        {
            return TensorNumbers.Longs(tensor);
        }

        var values = TensorNumbers.Doubles(tensor);
        var numbers = new long[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            numbers[i] = (long)values[i];
            if (numbers[i] != values[i])
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                    $"{what} {i} is {values[i]}, which is no class number: classes are 0, 1, 2, ..."), name);
            }
        }

        return numbers;
    }

    private static ArgumentException OutOfRange(string what, int place, long number, long? classes, string name) => new(
        classes is null
            ? string.Create(CultureInfo.InvariantCulture, $"{what} {place} is {number}, which is no class: classes count from 0.")
            : string.Create(CultureInfo.InvariantCulture, $"{what} {place} is class {number}; with {classes} classes they are 0 to {classes - 1}."),
        name);
}
