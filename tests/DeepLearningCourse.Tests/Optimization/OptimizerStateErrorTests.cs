using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Tests.Models;
using TorchSharp;
using static DeepLearningCourse.Tests.Optimization.OptimizerStates;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>What is no state of the optimizer's is refused in sentences, and changes nothing.</summary>
public sealed class OptimizerStateErrorTests : NetworkTest
{
    private static readonly string[] Endings = [".pt", ".pth", ".safetensors"];

    [Test]
    public void A_file_of_weights_or_of_something_else_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        using var model = MakeModel();
        using var optimizer = Make("adam", model);
        model.SaveWeights(folder["weights.pt"]);
        model.SaveWeights(folder["weights.safetensors"]);
        File.WriteAllText(folder["text.safetensors"], "some text, no numbers");

        Assert.Multiple(() =>
        {
            Assert.That(() => optimizer.LoadState(folder["weights.pt"]), Refused(folder["weights.pt"] + " holds no optimizer's state that can be read: it holds weights."));
            Assert.That(() => optimizer.LoadState(folder["weights.safetensors"]), Refused("it has no 'param_groups' and holds weights."));
            Assert.That(() => optimizer.LoadState(folder["text.safetensors"]), Refused("not the length of a safetensors header"));
            Assert.That(() => optimizer.LoadState(TorchFiles.PathOf("numbers")), Refused("it is no dict with 'state' and 'param_groups'"));
            Assert.That(() => optimizer.LoadState(TorchFiles.PathOf("legacy")), Refused("before 1.6"));
            Assert.That(() => optimizer.LoadState(TorchFiles.PathOf("module")), Refused("whole object"));
            Assert.That(() => optimizer.LoadState(folder["nowhere.pt"]), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("optimizer.SaveState(path)"));
            Assert.That(() => optimizer.SaveState(folder["state.npz"]), Throws.ArgumentException.With.Message.StartsWith("The name state.npz does not say a format"));
        });
    }

    /// <summary>Each refers again and again to what stands in it once.</summary>
    [Test]
    public void A_small_file_that_describes_much_is_refused_at_once()
    {
        var again = string.Concat(Enumerable.Repeat("h\u0001", 20_000));
        var list = "](" + string.Concat(Enumerable.Repeat("K\u0001", 20_000)) + "e";
        var options = "}(" + string.Concat(Enumerable.Range(10_000, 9_000).Select(i => $"U\u0005{i}N")) + "U\u0006params]u";
        var name = "X" + "\u0080\u0084\u001e\0" + new string('a', 2_000_000);

        Assert.Multiple(() =>
        {
            Assert.That(() => Read("}", "]}(U\u0001a(" + list + "q\u0001" + again + "lU\u0006params]ua"), Refused("list more than"), "one list in a list");
            Assert.That(() => Read("}", "](" + options + "q\u0001" + again + "e"), Refused("list more than"), "one group");
            Assert.That(() => Read("}K\0}" + name + "K\u0001ss", "]}U\u0006params]K\0asa"), Refused("it has the key 'aaaa"), "a long name");
            Assert.That(() => Read("}(K\0}q\u0001K\u0001h\u0001u", "]}U\u0006params](K\0K\u0001esa"), Refused("for another one too"), "one entry");
            Assert.That(() => Read("}K\u0005}s", "]"), Refused("the parameter 5, which no group has"), "no group");
            Assert.That(() => Read("}", "]}U\u0006params](K\0K\0esa"), Refused("not the numbers of one parameter each"), "params");
            Assert.That(() => Read("}", "]}(U\u0006params]U\u0001a]q\u0001h\u0001aua"), Refused("the 'a' of a group"), "a list in itself");
        });

        static OptimizerStateDict Read(string state, string groups)
        {
            using var folder = new TemporaryFolder();
            File.WriteAllBytes(folder["a.pt"], TorchFiles.Archive(TorchFiles.Pickle("}(U\u0005state" + state + "U\u000cparam_groups" + groups + "u.")));
            return OptimizerStateDict.Load(folder["a.pt"]);
        }
    }

    [Test]
    public void A_root_that_leads_elsewhere_is_refused_with_the_roots_there_are()
    {
        var path = TorchFiles.PathOf("optimizer_old");

        Assert.Multiple(() =>
        {
            Assert.That(() => OptimizerStateDict.Load(path), Refused("States of optimizers are in 'generator.optim', 'critic.optim': give the name of one as root."));
            Assert.That(() => OptimizerStateDict.Load(path, "generator"), Refused("its entry 'generator' is none").And.Message.Contains("'critic.optim'"));
            Assert.That(() => OptimizerStateDict.Load(path, "discriminator"), Refused("it has no entry 'discriminator'"));
        });

        using var folder = new TemporaryFolder();
        using var state = OptimizerStateDict.Load(TorchFiles.PathOf("optimizer_adam"));
        state.Save(folder["state.safetensors"]);
        Assert.That(() => OptimizerStateDict.Load(folder["state.safetensors"], "a"), Throws.ArgumentException.With.Message.Contains("Leave root out."));
    }

    [Test]
    public void A_state_that_does_not_fit_changes_nothing()
    {
        using var model = Weights("adam");
        using var optimizer = Make("adam", model);
        optimizer.LoadState(TorchFiles.PathOf("optimizer_adam"));
        using var before = optimizer.state_dict();

        Assert.That(() => optimizer.LoadState(TorchFiles.PathOf("optimizer_sgd")), Throws.ArgumentException.With.Message.Contains("needs step, exp_avg"));
        Refuse("two steps", state => state.State[1]["step"].repeat(2), "its step has the shape [2]");
        Refuse("no dimensions", state => state.State[1]["exp_avg"].sum(), "its exp_avg has the shape []", "exp_avg");
        using var wrongRate = Changed(before, null, "", ("lr", double.NaN));
        Assert.That(() => optimizer.load_state_dict(wrongRate), Throws.ArgumentException.With.Message.Contains("the learning rate NaN"));

        using var after = optimizer.state_dict();
        RequireEqual(after, before);

        void Refuse(string what, Func<OptimizerStateDict, Tensor> change, string message, string name = "step")
        {
            using var wrong = Changed(before, change(before), name);
            Assert.That(() => optimizer.load_state_dict(wrong), Throws.ArgumentException.With.Message.Contains(message), what);
        }
    }

    [Test]
    public void A_value_that_Python_does_not_have_is_refused_before_anything_is_written([ValueSource(nameof(Endings))] string ending)
    {
        using var folder = new TemporaryFolder();
        using OptimizerStateDict state = new(
            new Dictionary<int, IReadOnlyDictionary<string, Tensor>>(), [new Dictionary<string, object?> { ["when"] = DateTime.UnixEpoch, ["params"] = new List<int>() }]);

        Assert.That(() => state.Save(folder["state" + ending]), Throws.ArgumentException.With.Message.StartsWith("'when' of a group is a DateTime"));
        Assert.That(Directory.GetFileSystemEntries(folder.FullName), Is.Empty);
    }

    [Test]
    public void An_interrupted_save_leaves_the_old_file([ValueSource(nameof(Endings))] string ending)
    {
        using var folder = new TemporaryFolder();
        var path = folder["state" + ending];
        using var state = OptimizerStateDict.Load(TorchFiles.PathOf("optimizer_adam"));
        state.Save(path);
        var before = File.ReadAllBytes(path);

        // It has a shape and no numbers: copying it fails when the file is half written.
        using var broken = Changed(state, zeros(4, 3, device: new Device(DeviceType.META)), "exp_avg_sq");

        Assert.That(() => broken.Save(path), Throws.Exception.With.Message.StartsWith("Cannot copy out of meta tensor; no data!"));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(before));
        Assert.That(Directory.GetFileSystemEntries(folder.FullName), Has.Length.EqualTo(1));
    }

    private static NUnit.Framework.Constraints.ContainsConstraint Refused(string message) => Throws.TypeOf<OptimizerFileException>().With.Message.Contains(message);
}
