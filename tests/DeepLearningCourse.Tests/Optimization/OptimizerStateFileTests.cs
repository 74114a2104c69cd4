using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

public sealed class OptimizerStateFileTests : NetworkTest
{
    private static readonly string[] Kinds = ["SGD", "SGD momentum", "Adam amsgrad", "AdamW", "Adagrad"];

    [Test]
    public void A_saved_state_goes_on_with_the_same_twenty_losses([ValueSource(nameof(Kinds))] string kind)
    {
        using var folder = new TemporaryFolder();
        var path = folder["optimizer.safetensors"];
        using var model = new BinaryClassifier();
        using var optimizer = OptimizerTests.Make(kind, model.parameters());
        OptimizerTests.Train(model, optimizer, 10);
        optimizer.Groups[0].LearningRate *= 1.1;
        using var copy = new BinaryClassifier();
        copy.load_state_dict(model.state_dict());
        using var resumed = OptimizerTests.Make(kind, copy.parameters());

        using (var state = optimizer.state_dict())
        {
            state.Save(path);
        }

        using (var state = OptimizerStateDict.Load(path))
        {
            resumed.load_state_dict(state);
        }

        Assert.That(resumed.Groups[0].LearningRate, Is.EqualTo(optimizer.Groups[0].LearningRate));
        Assert.That(OptimizerTests.Train(copy, resumed, 20), Is.EqualTo(OptimizerTests.Train(model, optimizer, 20)));
    }

    [Test]
    public void Options_come_back_as_they_were()
    {
        using var folder = new TemporaryFolder();
        var path = folder["optimizer.safetensors"];
        using var model = new BinaryClassifier();
        using var optimizer = Optimizers.AdamW(model.ParameterGroups(0.1, ("w1.*", 1.0 / 3)), new() { Beta1 = 0.1 + 0.2, Amsgrad = true, WeightDecay = 1e-300 });
        using var other = Optimizers.AdamW(model.ParameterGroups(0.1, ("w1.*", 0.5)), new());

        using (var state = optimizer.state_dict())
        {
            state.Save(path);
        }

        using (var state = OptimizerStateDict.Load(path))
        {
            other.load_state_dict(state);
        }

        Assert.That(other.Groups.Select(group => (group.Options, group.LearningRate)), Is.EqualTo(optimizer.Groups.Select(group => (group.Options, group.LearningRate))));
    }

    [Test]
    public void Files_that_are_no_state_are_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder["weights.safetensors"];
        using var model = new BinaryClassifier();
        using var optimizer = Optimizers.Adam(model.parameters());
        model.SaveWeights(path);

        Assert.That(() => OptimizerStateDict.Load(path), Throws.TypeOf<WeightFileException>().With.Message.Contains("it is no state of an optimizer"));
        using var state = optimizer.state_dict();
        Assert.That(() => state.Save(folder["state.bin"]), Throws.ArgumentException.With.Message.Contains("saved as .safetensors"));

        foreach (var (groups, name) in new[] { ("null", "state.0.step"), ("[null]", "state.0.step"), ("[{\"lr\":{}}]", "state.0.step"), ("[]", "state.x.step"), ("[]", "fc.weight") })
        {
            using var one = ones(1);
            WeightFile.Write(path, new Dictionary<string, Tensor> { [name] = one }, new Dictionary<string, string> { ["param_groups"] = groups });
            Assert.That(() => OptimizerStateDict.Load(path), Throws.TypeOf<WeightFileException>(), groups);
        }
    }
}
