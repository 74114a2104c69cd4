using DeepLearningCourse.Models;
using DeepLearningCourse.Tests.Data;

namespace DeepLearningCourse.Tests.Models;

public sealed class SafetensorsFuzzTests : TensorTest
{
    [Test]
    public void A_damaged_file_is_refused_or_read() => Fuzz(400);

    [Test, Category("Long"), Attack]
    public void Ten_thousand_damaged_files_are_refused_or_read() =>
        AttackRecords.Add("Weight files", "10,000 .safetensors files, changed, cut and repeated at random", Mutations.Outcome(Fuzz(10_000)));

    private static (int Refused, int Read) Fuzz(int count) => Mutations.Read(
        count,
        [.. new[] { "types", "odd" }.Select(name => File.ReadAllBytes(WeightFileTests.Reference(name + ".safetensors")))],
        ".safetensors",
        ReadAll,
        exception => exception is WeightFileException);

    private static void ReadAll(string path)
    {
        using var file = WeightFile.Open(path);

        foreach (var name in file.Weights.Keys)
        {
            using var tensor = file.Read(name);
            using var sum = tensor.is_complex() ? null : tensor.sum();
        }
    }
}
