using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Models.Formats;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Models;
using static TorchSharp.torch;
using static DeepLearningCourse.Tests.Optimization.AveragingReference;

namespace DeepLearningCourse.Tests.Optimization;

public sealed class WeightAverageTests : NetworkTest
{
    [TestCase("ema")]
    [TestCase("swa")]
    [TestCase("ema buffers")]
    [TestCase("swa buffers")]
    public void Averages_are_those_of_PyTorch(string name)
    {
        using var model = Network();
        var useBuffers = name.EndsWith("buffers", StringComparison.Ordinal);
        using var average = name.StartsWith("ema", StringComparison.Ordinal) ? WeightAverage.Ema(model, Decay, useBuffers) : WeightAverage.Swa(model, useBuffers);
        var compared = 0;

        foreach (var step in Root.GetProperty("steps").EnumerateArray())
        {
            Set(model, step.GetProperty("network"));
            average.Update();

            if (step.TryGetProperty("averages", out var averages))
            {
                compared++;
                Assert.That(Differences(average.Weights, averages.GetProperty(name), key => useBuffers || !IsBuffer(key)), Is.Empty, $"update {average.Updates}");
                Assert.That(useBuffers ? [] : Differences(average.Weights, step.GetProperty("network"), IsBuffer), Is.Empty, "buffers are copied");
            }
        }

        Assert.That((compared, average.Updates), Is.EqualTo((6, 20L)));
    }

    [Test]
    public void A_warm_up_lets_the_first_weights_be_forgotten()
    {
        using var model = new Line();
        using var average = WeightAverage.Ema(model, decay: 0.3, warmUp: true);
        double expected = 0;

        for (var n = 0; n < 8; n++)
        {
            model.fc.bias!.SetData(tensor([(float)(n + 1)]));
            average.Update();
            var decay = n == 0 ? 0 : Math.Min(0.3, (1.0 + n) / (10 + n));
            expected = (decay * expected) + ((1 - decay) * (n + 1));
            Assert.That(average.Weights["fc.bias"].item<float>(), Is.EqualTo(expected).Within(1e-5), $"update {n + 1}");
        }
    }

    [Test]
    public void Applied_averages_are_in_the_network_and_give_its_own_weights_back_bit_for_bit()
    {
        using var model = new NormalizedNetwork();
        using var average = Averaged(model);
        var (own, averaged) = (Bits(model), Bits(average.Weights));
        Assert.That(own["first.weight"], Is.Not.EqualTo(averaged["first.weight"]));

        using (average.Apply())
        {
            Assert.That(Bits(model), Is.EqualTo(averaged));
        }

        Assert.That(Bits(model), Is.EqualTo(own));
        Assert.That(Bits(average.Weights), Is.EqualTo(averaged));
    }

    [Test]
    public void A_failure_under_applied_averages_gives_the_weights_back_too()
    {
        using var model = new NormalizedNetwork();
        using var average = Averaged(model);
        var own = Bits(model);

        Assert.That(
            () =>
            {
                using var applied = average.Apply();
                model.call(zeros(2, 3));
            },
            Throws.TypeOf<ForwardException>().With.Message.EqualTo("Layer 'first' (Linear(in_features=5, out_features=5, bias=True)) got [2, 3] and needs [*, 5]. The shapes so far: input [2, 3]. Give it data of that shape, or build the layer for the data you have."));

        Assert.That(Bits(model), Is.EqualTo(own));
        Assert.That(average.Update, Throws.Nothing);
    }

    [Test]
    public void An_optimizer_goes_on_as_if_averages_had_never_been_applied()
    {
        Dictionary<string, byte[]> Train(bool apply)
        {
            using var scope = NewDisposeScope();
            manual_seed(3);
            using var model = new BinaryClassifier();
            using var optimizer = optim.Adam(model.parameters(), 0.01);
            using var average = WeightAverage.Ema(model, 0.9);

            for (var step = 0; step < 6; step++)
            {
                var loss = model.call(ones(4, 10) * (step + 1)).square().mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
                average.Update();

                if (apply)
                {
                    using var applied = average.Apply();
                    using var withoutGradients = no_grad();
                    model.call(ones(4, 10));
                }
            }

            return Bits(model);
        }

        Assert.That(Train(apply: true), Is.EqualTo(Train(apply: false)));
    }

    [Test]
    public void Buffers_that_change_under_applied_averages_stay_with_the_averages()
    {
        using var model = new NormalizedNetwork();
        using var average = Averaged(model);
        var own = Bits(model);

        using (average.Apply())
        {
            model.norm.running_mean!.fill_(7);
            Assert.That(average.Weights["norm.running_mean"].Doubles(), Is.All.EqualTo(7));
            model.first.bias!.SetData(zeros(5));
        }

        Assert.That(Bits(model), Is.EqualTo(own));
        Assert.That(average.Weights["norm.running_mean"].Doubles(), Is.All.EqualTo(7));
        Assert.That(average.Weights["first.bias"].Doubles(), Is.Not.All.EqualTo(0), "weights are not taken back");
    }

    [Test]
    public void A_run_that_is_resumed_has_the_same_averages_bit_for_bit([Values] bool exponential)
    {
        WeightAverage Make(nn.Module model) => exponential ? WeightAverage.Ema(model, 0.7, useBuffers: true, warmUp: true) : WeightAverage.Swa(model, useBuffers: true);
        using var model = new NormalizedNetwork();
        using var whole = Make(model);
        using var resumed = Make(model);
        Dictionary<string, Tensor> saved = [];

        for (var step = 0; step < 10; step++)
        {
            Disturb(model, step);
            whole.Update();

            if (step == 4)
            {
                saved = whole.State.ToDictionary(entry => entry.Key, entry => entry.Value.clone());
                resumed.Restore(saved);
                Assert.That(resumed.Updates, Is.EqualTo(5));
            }
            else if (step > 4)
            {
                resumed.Update();
            }
        }

        Assert.That(Bits(resumed.State), Is.EqualTo(Bits(whole.State)));
        Assert.That(whole.State["n_averaged"].item<long>(), Is.EqualTo(10));
        Assert.That(saved["n_averaged"].item<long>(), Is.EqualTo(5));
        Assert.That(saved, Contains.Key("module.head.weight"));
    }

    [Test]
    public void A_state_goes_through_a_file([Values("state.safetensors", "state.pt")] string file)
    {
        using var folder = new TemporaryFolder();
        var path = folder[file];
        using var model = new NormalizedNetwork();
        using var average = Averaged(model);
        using var resumed = WeightAverage.Ema(model, 0.9);
        WeightFormats.Write(path, average.State, new Dictionary<string, string>(), null);

        using (var written = WeightFile.Open(path))
        {
            resumed.Restore(written.Weights.Keys.ToDictionary(key => key, written.Read));
        }

        Assert.That(Bits(resumed.State), Is.EqualTo(Bits(average.State)));
    }

    [Test]
    public void A_state_of_before_the_first_update_begins_anew()
    {
        using var model = new Line();
        using var fresh = WeightAverage.Ema(model);
        using var average = Averaged(model);

        average.Restore(fresh.State);

        Assert.That((average.Updates, average.Weights.Count), Is.EqualTo((0L, 0)));
        Assert.That(average.Apply, Throws.InvalidOperationException.With.Message.Contains("call Update()"));
    }

    [Test]
    public void A_state_of_another_network_is_refused_and_changes_nothing()
    {
        using var model = new Line();
        using var other = new BinaryClassifier();
        using var average = Averaged(model);
        using var foreign = Averaged(other);
        var before = Bits(average.State);

        var error = Assert.Throws<WeightsMismatchException>(() => average.Restore(foreign.State));
        Assert.That(error!.Message, Does.Contain("missing: module.fc.weight [1, 2]").And.Contain("unexpected: module.w1.weight [32, 10]"));
        Assert.That(error.MissingKeys, Is.EquivalentTo(["module.fc.weight", "module.fc.bias"]));

        var misshapen = average.State.ToDictionary(entry => entry.Key, entry => entry.Value);
        misshapen["module.fc.weight"] = zeros(2, 2);
        Assert.That(() => average.Restore(misshapen), Throws.TypeOf<WeightsMismatchException>().With.Message.Contains("module.fc.weight is [2, 2] in the state and [1, 2]"));
        misshapen.Remove("n_averaged");
        Assert.That(() => average.Restore(misshapen), Throws.ArgumentException.With.Message.Contains("'n_averaged'"));
        misshapen["n_averaged"] = tensor(-1L);
        Assert.That(() => average.Restore(misshapen),
            Throws.ArgumentException.With.Message.EqualTo("The state of a WeightAverage says in 'n_averaged' how many updates were made, one number from 0 on, and this one does not. Pass what State gave. (Parameter 'state')"));
        Assert.That(Bits(average.State), Is.EqualTo(before));
    }

    [Test]
    public void Tied_weights_are_averaged_once_and_saved_under_both_names()
    {
        using var model = new NormalizedNetwork();
        using var average = WeightAverage.Ema(model, 0.5);

        foreach (var value in new[] { 0f, 1f })
        {
            model.first.weight.SetData(full(5, 5, value));
            average.Update();
        }

        Assert.That(average.Weights["head.weight"], Is.SameAs(average.Weights["first.weight"]));
        Assert.That(average.Weights["head.weight"].Doubles(), Is.All.EqualTo(0.5));
        Assert.That(average.Weights.Keys, Is.EquivalentTo(model.state_dict().Keys));
        using var applied = average.Apply();
        Assert.That(model.head.weight.Doubles(), Is.All.EqualTo(0.5));
    }

    [Test]
    public void Frozen_parameters_are_averaged_and_stay_frozen()
    {
        using var model = new Line();
        model.Freeze("*.bias");
        using var average = WeightAverage.Swa(model);

        foreach (var value in new[] { 1f, 3f })
        {
            model.fc.bias!.SetData(full(1, value));
            average.Update();
        }

        Assert.That(average.Weights["fc.bias"].item<float>(), Is.EqualTo(2));
        using var applied = average.Apply();
        Assert.That((model.fc.bias!.item<float>(), model.fc.bias.requires_grad, model.fc.weight.requires_grad), Is.EqualTo((2f, false, true)));
    }

    [Test]
    public void Averages_have_no_gradients()
    {
        using var model = new NormalizedNetwork();
        using var average = Averaged(model);

        Assert.That(average.Weights.Values.Where(value => value.requires_grad || !value.is_leaf), Is.Empty);
    }

    [Test]
    public void Saved_averages_load_as_weights([Values("a.safetensors", "a.pt", "a.npz")] string file)
    {
        using var folder = new TemporaryFolder();
        var path = folder[file];
        using var model = new NormalizedNetwork();
        using var average = Averaged(model);
        using var fresh = new NormalizedNetwork();
        var own = Bits(model);

        average.SaveWeights(path);
        fresh.LoadWeights(path);

        Assert.That(Bits(fresh), Is.EqualTo(Bits(average.Weights)));
        Assert.That(Bits(model), Is.EqualTo(own));
        using var applied = average.Apply();
        Assert.That(() => average.SaveWeights(path), Throws.Nothing);
    }

    [Test]
    public void Averages_are_copied_into_a_network_for_good()
    {
        using var model = new NormalizedNetwork();
        using var other = new NormalizedNetwork();
        using var wrong = new Line();
        using var average = Averaged(model);

        average.CopyTo(other);
        average.CopyTo(model);

        Assert.That(Bits(other), Is.EqualTo(Bits(average.Weights)));
        Assert.That(Bits(model), Is.EqualTo(Bits(average.Weights)));
        Assert.That(() => average.CopyTo(wrong),
            Throws.TypeOf<WeightsMismatchException>().With.Message.StartsWith("The weights do not fit Line; nothing was loaded.\n  missing: fc.weight [1, 2]\n"));
    }

    private static bool IsBuffer(string name) => name.Contains("running", StringComparison.Ordinal) || name.Contains("tracked", StringComparison.Ordinal);

    internal static WeightAverage Averaged(nn.Module model)
    {
        var average = WeightAverage.Ema(model, 0.9);

        for (var step = 0; step < 3; step++)
        {
            Disturb(model, step);
            average.Update();
        }

        return average;
    }

    /// <summary>Gives every tensor other values, as a step of training would.</summary>
    internal static void Disturb(nn.Module model, int step)
    {
        using var withoutGradients = no_grad();
        using var scope = NewDisposeScope();

        foreach (var (_, value) in model.state_dict())
        {
            value.add_(value.is_floating_point() ? rand_like(value) * (step + 1) : full_like(value, 10));
        }
    }
}
