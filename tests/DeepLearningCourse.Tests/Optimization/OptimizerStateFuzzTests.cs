using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Tests.Models;
using TorchSharp;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>Damaged files of optimizers are refused or loaded, in little time and memory, and nothing of them stays alive.</summary>
public sealed class OptimizerStateFuzzTests : NetworkTest
{
    private static readonly string[] Sources =
        ["adam", "adamw", "sgd", "sgd_plain", "adagrad", "adam_checkpoint", "old", "lbfgs"];

    [Test]
    public void Damaged_files_of_PyTorch_are_refused_or_loaded() => FuzzTorch(300);

    [Test, Category("Long"), Attack]
    public void Ten_thousand_damaged_files_of_PyTorch_are_refused_or_loaded() =>
        AttackRecords.Add("Optimizers", "10,000 .pt files of optimizers, changed, cut and repeated at random", Mutations.Outcome(FuzzTorch(10_000)));

    [Test]
    public void Damaged_pickles_in_whole_archives_are_refused_or_loaded() => FuzzPickles(300);

    [Test, Category("Long"), Attack]
    public void Ten_thousand_damaged_pickles_in_whole_archives_are_refused_or_loaded() =>
        AttackRecords.Add("Optimizers", "10,000 pickles in whole .pt files of optimizers, changed, cut and repeated at random, their sums right", Mutations.Outcome(FuzzPickles(10_000)));

    [Test]
    public void Damaged_safetensors_are_refused_or_loaded() => FuzzSafetensors(300);

    [Test, Category("Long"), Attack]
    public void Ten_thousand_damaged_safetensors_are_refused_or_loaded() =>
        AttackRecords.Add("Optimizers", "10,000 .safetensors files of optimizers, changed, cut and repeated at random", Mutations.Outcome(FuzzSafetensors(10_000)));

    private static (int Refused, int Read) FuzzTorch(int count) => Fuzz(load => Mutations.Read(count, [.. Sources.Select(Whole)], ".pt", load, IsExpected));

    /// <summary>What is damaged is the pickle, with the number of its archive in the first byte.</summary>
    private static (int Refused, int Read) FuzzPickles(int count) => Fuzz(load =>
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
                File.WriteAllBytes(path, TorchFiles.WithPickle(archives[bytes.Length == 0 ? 0 : bytes[0] % archives.Length], bytes.Length == 0 ? [] : bytes[1..]));
                load(path);
            },
            IsExpected,
            allocationFactor: 256);
    });

    private static (int Refused, int Read) FuzzSafetensors(int count) => Fuzz(load =>
    {
        using var folder = new TemporaryFolder();
        return Mutations.Read(count, [.. Sources[..^2].Select(name => Safetensors(name, folder[name + ".safetensors"]))], ".safetensors", load, IsExpected, allocationFactor: 256);
    });

    /// <summary>What could be read is given to an optimizer, which takes it over or refuses it.</summary>
    private static (int Refused, int Read) Fuzz(Func<Action<string>, (int Refused, int Read)> fuzz)
    {
        using var model = OptimizerStates.MakeModel();
        using var adam = OptimizerStates.Make("adam", model);
        using var sgd = OptimizerStates.Make("sgd", model);
        var loaded = 0;
        adam.LoadState(TorchFiles.PathOf("optimizer_adam"));
        sgd.LoadState(TorchFiles.PathOf("optimizer_sgd"));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        var counts = fuzz(path =>
        {
            using var state = OptimizerStateDict.Load(path);

            foreach (var optimizer in new[] { adam, sgd })
            {
                try
                {
                    optimizer.load_state_dict(state);
                    loaded++;
                }
                catch (ArgumentException)
                {
                }
            }
        });

        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before), "tensors of damaged files");
        Assert.That(loaded, Is.Positive);
        return counts;
    }

    private static byte[] Whole(string name) => File.ReadAllBytes(TorchFiles.PathOf("optimizer_" + name));

    private static byte[] Safetensors(string name, string path)
    {
        using var state = OptimizerStateDict.Load(TorchFiles.PathOf("optimizer_" + name));
        state.Save(path);
        return File.ReadAllBytes(path);
    }

    private static bool IsExpected(Exception exception) => exception is OptimizerFileException;
}
