using DeepLearningCourse.Models;
using DeepLearningCourse.Models.Pickle;
using DeepLearningCourse.Tests.Data;

namespace DeepLearningCourse.Tests.Models;

/// <summary>Damaged files are refused or read, in little time and memory, and nothing of them stays alive.</summary>
public sealed class TorchFileFuzzTests : TensorTest
{
    private static readonly string[] Sources = ["dtypes", "views", "shapes", "parameters", "checkpoint", "checkpoint_4", "protocol_5", "compressed", "list", "extra"];

    [Test]
    public void Damaged_files_are_refused_or_read() => FuzzFiles(300);

    [Test, Category("Long"), Attack]
    public void Ten_thousand_damaged_files_are_refused_or_read() =>
        AttackRecords.Add("Weight files", "10,000 .pt files, changed, cut and repeated at random", Mutations.Outcome(FuzzFiles(10_000)));

    [Test]
    public void Damaged_pickles_in_whole_archives_are_refused_or_read() => FuzzPickles(300);

    [Test, Category("Long"), Attack]
    public void Ten_thousand_damaged_pickles_in_whole_archives_are_refused_or_read() =>
        AttackRecords.Add("Weight files", "10,000 pickles in whole .pt files, changed, cut and repeated at random, their sums right", Mutations.Outcome(FuzzPickles(10_000)));

    private static (int Refused, int Read) FuzzFiles(int count) => Mutations.Read(count, [.. Sources.Select(Whole)], ".pt", ReadAndDispose, IsExpected);

    /// <summary>What is damaged is the pickle, with the number of its archive in the first byte.</summary>
    private static (int Refused, int Read) FuzzPickles(int count)
    {
        using var folder = new TemporaryFolder();
        var archives = Sources.Select(Whole).ToArray();
        var path = folder["damaged.pt"];

        return Mutations.Read(
            count,
            [.. archives.Select((archive, i) => (byte[])[(byte)i, .. TorchFiles.PickleOf(archive)])],
            ".pickle",
            damaged =>
            {
                var bytes = File.ReadAllBytes(damaged);
                var archive = archives[bytes.Length == 0 ? 0 : bytes[0] % archives.Length];
                File.WriteAllBytes(path, TorchFiles.WithPickle(archive, bytes.Length == 0 ? [] : bytes[1..]));
                ReadAndDispose(path);
            },
            IsExpected,
            allocationFactor: 256);
    }

    private static byte[] Whole(string name) => File.ReadAllBytes(TorchFiles.PathOf(name));

    private static void ReadAndDispose(string path)
    {
        foreach (var tensor in TorchFile.Read(path).Values)
        {
            tensor.Dispose();
        }
    }

    private static bool IsExpected(Exception exception) => exception is WeightFileException;
}
