using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using static TorchSharp.torch;
using static DeepLearningCourse.Tests.Optimization.AveragingReference;

namespace DeepLearningCourse.Tests.Optimization;

public sealed class BatchNormStatisticsTests : NetworkTest
{
    [TestCase("ema")]
    [TestCase("swa")]
    public void Statistics_are_those_of_update_bn(string name)
    {
        using var model = Network();
        using var average = name == "ema" ? WeightAverage.Ema(model, Decay) : WeightAverage.Swa(model);

        foreach (var step in Root.GetProperty("steps").EnumerateArray())
        {
            Set(model, step.GetProperty("network"));
            average.Update();
        }

        var own = Bits(model);

        using (average.Apply())
        {
            BatchNormStatistics.Refresh(model, Batches());
        }

        Assert.That(Differences(average.Weights, Root.GetProperty("refreshed").GetProperty(name), key => key.StartsWith("1.", StringComparison.Ordinal)), Is.Empty);
        Assert.That(Bits(model), Is.EqualTo(own), "the network has its own statistics back");
    }

    [Test]
    public void Momentum_modes_and_gradients_are_as_before()
    {
        using var model = new NormalizedNetwork();
        model.eval();
        model.dropout.train();

        BatchNormStatistics.Refresh(model, [rand(4, 5), rand(4, 5)]);

        Assert.That(model.norm.momentum, Is.EqualTo(0.3));
        Assert.That((model.training, model.norm.training, model.dropout.training), Is.EqualTo((false, false, true)));
        Assert.That(model.norm.num_batches_tracked!.item<long>(), Is.EqualTo(2));
        Assert.That(model.parameters().All(parameter => parameter.grad is null));
    }

    [Test]
    public void Other_layers_are_in_training_mode_meanwhile()
    {
        using var model = new NormalizedNetwork();
        model.eval();
        List<bool> modes = [];
        model.dropout.register_forward_hook((_, _, output) =>
        {
            modes.Add(model.dropout.training && !is_grad_enabled());
            return output;
        });

        BatchNormStatistics.Refresh(model, [rand(4, 5)]);

        Assert.That(modes, Is.EqualTo([true]));
    }

    [Test]
    public void A_batch_that_fails_leaves_all_as_it_was()
    {
        using var model = new NormalizedNetwork();
        model.eval();
        WeightAverageTests.Disturb(model, 1);
        var before = Bits(model);

        Assert.That(() => BatchNormStatistics.Refresh(model, [rand(4, 5), rand(4, 6), rand(4, 5)]),
            Throws.TypeOf<ForwardException>().With.Message.EqualTo("Layer 'first' (Linear(in_features=5, out_features=5, bias=True)) got [4, 6] and needs [*, 5]. The shapes so far: input [4, 6]. Give it data of that shape, or build the layer for the data you have."));
        Assert.That(() => BatchNormStatistics.Refresh(model, Broken()),
            Throws.TypeOf<IOException>().With.Message.EqualTo("the disk is gone"));

        Assert.That(Bits(model), Is.EqualTo(before));
        Assert.That((model.norm.momentum, model.norm.training, is_grad_enabled()), Is.EqualTo((0.3, false, true)));
    }

    [Test]
    public void A_failure_under_applied_averages_leaves_network_and_averages_as_they_were()
    {
        using var model = new NormalizedNetwork();
        using var average = WeightAverageTests.Averaged(model);
        var (own, averaged) = (Bits(model), Bits(average.Weights));

        Assert.That(
            () =>
            {
                using var applied = average.Apply();
                BatchNormStatistics.Refresh(model, Broken());
            },
            Throws.TypeOf<IOException>().With.Message.EqualTo("the disk is gone"));

        Assert.That(Bits(model), Is.EqualTo(own));
        Assert.That(Bits(average.Weights), Is.EqualTo(averaged));
    }

    [Test]
    public void A_loader_gives_the_features_and_its_batches_are_not_kept()
    {
        using var model = new NormalizedNetwork();
        using var data = new InMemoryDataset(rand(10, 5), rand(10, 1));
        using var loader = new DataLoader<(Tensor features, Tensor target)>(data, batchSize: 4, dropLast: true, seed: 1);

        BatchNormStatistics.Refresh(model, loader);

        Assert.That(model.norm.num_batches_tracked!.item<long>(), Is.EqualTo(2));
    }

    [Test]
    public void Cancelling_leaves_the_statistics_as_they_were()
    {
        using var model = new NormalizedNetwork();
        using var source = new CancellationTokenSource();
        var before = Bits(model);

        IEnumerable<Tensor> Cancelled()
        {
            yield return rand(4, 5);
            source.Cancel();
            yield return rand(4, 5);
        }

        Assert.That(() => BatchNormStatistics.Refresh(model, Cancelled(), source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Bits(model), Is.EqualTo(before));
    }

    [Test]
    public void Batches_without_a_variance_are_refused()
    {
        using var model = new NormalizedNetwork();
        var before = Bits(model);

        Assert.That(() => BatchNormStatistics.Refresh(model, [rand(4, 5), rand(1, 5)]), Throws.InvalidOperationException.With.Message.Contains("'norm' are not finite"));
        Assert.That(() => BatchNormStatistics.Refresh(model, [full(4, 5, float.NaN)]), Throws.InvalidOperationException.With.Message.Contains("'norm' are not finite"));
        Assert.That(Bits(model), Is.EqualTo(before));
    }

    [Test]
    public void No_batch_is_an_error()
    {
        using var model = new NormalizedNetwork();
        var before = Bits(model);

        Assert.That(() => BatchNormStatistics.Refresh(model, Array.Empty<Tensor>()), Throws.ArgumentException.With.Message.Contains("no batch"));
        Assert.That(Bits(model), Is.EqualTo(before));
    }

    [Test]
    public void A_network_without_statistics_reads_no_batch()
    {
        using var plain = new Line();
        using var untracked = nn.Sequential(nn.BatchNorm1d(2, track_running_stats: false));

        Assert.That(() => BatchNormStatistics.Refresh(plain, Broken()), Throws.Nothing);
        Assert.That(() => BatchNormStatistics.Refresh(untracked, Broken()), Throws.Nothing);
    }

    private static IEnumerable<Tensor> Broken()
    {
        yield return rand(4, 5);
        throw new IOException("the disk is gone");
    }
}
