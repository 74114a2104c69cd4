using DeepLearningCourse.Models;
using DeepLearningCourse.Models.Layers;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static DeepLearningCourse.Tests.Optimization.AveragingReference;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>What a network may go through while its weights are averaged, and what is refused.</summary>
public sealed class WeightAverageLifeTests : NetworkTest
{
    [Test]
    public void Ten_thousand_updates_leave_nothing_behind()
    {
        using var model = new NormalizedNetwork();
        using var average = WeightAverage.Ema(model);
        average.Update();
        var before = LiveTensors;

        for (var step = 0; step < 10_000; step++)
        {
            average.Update();
        }

        Assert.That(LiveTensors, Is.EqualTo(before));
    }

    [Test]
    public void An_update_makes_as_many_tensors_for_many_layers_as_for_few()
    {
        static long Made(int layers)
        {
            using var model = nn.Sequential(Enumerable.Range(0, layers).Select(i => ($"fc{i}", (nn.Module<Tensor, Tensor>)nn.Linear(3, 3))).ToArray());
            using var average = WeightAverage.Ema(model);
            average.Update();
            using var scope = NewDisposeScope();
            var before = DisposeScopeManager.Statistics.CreatedInScopeCount + DisposeScopeManager.Statistics.CreatedOutsideScopeCount;
            average.Update();
            return DisposeScopeManager.Statistics.CreatedInScopeCount + DisposeScopeManager.Statistics.CreatedOutsideScopeCount - before;
        }

        Assert.That(Made(100), Is.EqualTo(Made(2)).And.LessThan(5));
    }

    [Test]
    public void An_update_in_a_scope_outlives_it()
    {
        using var model = new Line();
        using var average = WeightAverage.Ema(model);

        using (NewDisposeScope())
        {
            average.Update();
        }

        average.Update();
        Assert.That(average.Weights["fc.bias"].Doubles(), Is.EqualTo(model.fc.bias!.Doubles()));
    }

    [Test]
    public void Averages_follow_a_network_that_is_converted([Values] bool ownNetwork)
    {
        // A Sequential of TorchSharp's puts new parameters in the places of the old.
        using var own = new Line();
        using var foreign = nn.Sequential(("fc", nn.Linear(2, 1)));
        nn.Module<Tensor, Tensor> model = ownNetwork ? own : foreign;
        using var average = WeightAverage.Swa(model);
        model.get_parameter("fc.bias")!.SetData(tensor([1f]));
        average.Update();

        model.to(ScalarType.Float64);
        model.get_parameter("fc.bias")!.SetData(tensor([2.0]));
        average.Update();

        Assert.That((average.Weights["fc.bias"].dtype, average.Weights["fc.bias"].item<double>()), Is.EqualTo((ScalarType.Float64, 1.5)));

        using (average.Apply())
        {
            Assert.That(model.get_parameter("fc.bias")!.item<double>(), Is.EqualTo(1.5));
            model.to(ScalarType.Float32);
        }

        Assert.That(model.get_parameter("fc.bias")!.item<float>(), Is.EqualTo(2));
    }

    [Test]
    public void Several_types_are_averaged_side_by_side()
    {
        using var model = new Mixed();
        using var average = WeightAverage.Ema(model, 0.75, useBuffers: true);
        average.Update();
        model.single.SetData(full(3, 4));
        model.half.SetData(full(new long[] { 2, 2 }, 4));
        model.number.SetData(full(Array.Empty<long>(), 4));
        model.wave.SetData(full(2, 4));
        model.count.fill_(9);
        model.flag.fill_(true);

        average.Update();

        var weights = average.Weights;
        Assert.That(weights["single"].Doubles(), Is.All.EqualTo(1));
        Assert.That(weights["half"].Doubles(), Is.All.EqualTo(1));
        Assert.That((weights["half"].dtype, weights["half"].shape), Is.EqualTo((ScalarType.BFloat16, new long[] { 2, 2 })));
        Assert.That(weights["number"].item<double>(), Is.EqualTo(1));
        Assert.That(weights["wave"].real.Doubles(), Is.All.EqualTo(1));
        Assert.That(weights["count"].item<long>(), Is.EqualTo(2), "2.25, cut off");
        Assert.That(weights["flag"].item<bool>(), Is.True, "truth values are copied");
        var own = Bits(model);

        using (average.Apply())
        {
            Assert.That(model.half.Doubles(), Is.All.EqualTo(1));
        }

        Assert.That(Bits(model), Is.EqualTo(own));
    }

    [Test]
    public void Weights_of_half_precision_are_mixed_in_single_precision()
    {
        // 0.3 itself would be 0.30078 in bfloat16, which shows in the last bit of many of these.
        using var model = new Halves();
        using var average = WeightAverage.Ema(model, 0.7);
        average.Update();
        var first = model.weight.detach().to(ScalarType.Float64);
        model.weight.SetData(rand(1000));
        var second = model.weight.detach().to(ScalarType.Float64);
        average.Update();

        var expected = (first + ((second - first) * 0.3)).to(ScalarType.BFloat16);
        Assert.That(average.Weights["weight"].Doubles().Zip(expected.Doubles()).Count(pair => pair.First != pair.Second), Is.LessThan(3));
    }

    [Test]
    public void Weights_that_are_not_contiguous_are_averaged_and_given_back_in_their_order()
    {
        using var model = new Transposed();
        using var average = WeightAverage.Ema(model);
        average.Update();

        Assert.That(average.Weights["weight"].Doubles(), Is.EqualTo([0, 3, 1, 4, 2, 5]));
        using var applied = average.Apply();
        Assert.That(model.weight.Doubles(), Is.EqualTo([0, 3, 1, 4, 2, 5]));
    }

    [Test]
    public void Work_on_the_averages_is_refused_while_they_are_applied()
    {
        using var model = new Line();
        using var average = WeightAverageTests.Averaged(model);

        using (average.Apply())
        {
            Assert.That(average.Update, Throws.InvalidOperationException.With.Message.Contains("too early to update. Dispose what Apply() returned first"));
            Assert.That(average.Apply,
                Throws.InvalidOperationException.With.Message.EqualTo("The averages are applied: the network has them in place of its own weights, so it is too early to apply. Dispose what Apply() returned first."));
            Assert.That(() => average.CopyTo(model),
                Throws.InvalidOperationException.With.Message.EqualTo("The averages are applied: the network has them in place of its own weights, so it is too early to copy into the network. Dispose what Apply() returned first."));
            Assert.That(() => average.Restore(average.State),
                Throws.InvalidOperationException.With.Message.EqualTo("The averages are applied: the network has them in place of its own weights, so it is too early to restore. Dispose what Apply() returned first."));
        }

        Assert.That(average.Update, Throws.Nothing);
    }

    [Test]
    public void Applied_averages_are_given_back_once()
    {
        using var model = new Line();
        using var average = WeightAverageTests.Averaged(model);
        var first = average.Apply();
        first.Dispose();

        using (average.Apply())
        {
            var shown = Bits(model);
            first.Dispose();
            Assert.That(Bits(model), Is.EqualTo(shown));
        }
    }

    [Test]
    public void Averages_that_are_disposed_give_the_weights_back_and_refuse_work()
    {
        using var model = new Line();
        var average = WeightAverageTests.Averaged(model);
        var own = Bits(model);
        var applied = average.Apply();

        average.Dispose();
        average.Dispose();
        applied.Dispose();

        Assert.That(Bits(model), Is.EqualTo(own));
        Assert.That(average.Update, Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("WeightAverage"));
        Assert.That(average.Apply, Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("WeightAverage"));
        Assert.That(() => average.State, Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("WeightAverage"));
    }

    [Test]
    public void A_network_may_be_disposed_before_its_averages()
    {
        var model = new NormalizedNetwork();
        using var average = WeightAverageTests.Averaged(model);
        var applied = average.Apply();

        model.Dispose();

        Assert.That(applied.Dispose, Throws.Nothing);
    }

    [Test]
    public void A_layer_of_the_same_shape_may_be_replaced_and_one_of_another_is_refused()
    {
        using var model = new Replaceable();
        using var average = WeightAverage.Swa(model);
        average.Update();

        model.fc.Dispose();
        model.fc = nn.Linear(2, 1);
        average.Update();
        model.fc.Dispose();
        model.fc = nn.Linear(3, 1);

        Assert.That(average.Update, Throws.InvalidOperationException.With.Message.Contains("there was 'fc.weight' [1, 2] and now there is 'fc.weight' [1, 3]"));
        Assert.That(average.Updates, Is.EqualTo(2));
    }

    [Test]
    public void A_layer_that_is_replaced_under_applied_averages_keeps_its_values()
    {
        using var model = new Replaceable();
        using var average = WeightAverage.Swa(model);
        average.Update();

        using (average.Apply())
        {
            model.fc.Dispose();
            model.fc = nn.Linear(3, 1);
            model.fc.weight.SetData(ones(1, 3));
        }

        Assert.That(model.fc.weight.Doubles(), Is.All.EqualTo(1));
    }

    [TestCase(-0.1)]
    [TestCase(1.1)]
    [TestCase(double.NaN)]
    public void A_decay_that_is_no_part_is_refused(double decay)
    {
        using var model = new Line();

        Assert.That(() => WeightAverage.Ema(model, decay), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("from 0 to 1"));
    }

    [Test]
    public void A_network_without_weights_is_refused()
    {
        using var model = nn.Sequential(nn.ReLU());

        Assert.That(() => WeightAverage.Swa(model), Throws.ArgumentException.With.Message.Contains("no weights to average"));
    }

    [Test]
    public void A_lazy_layer_must_have_its_size_first()
    {
        using var model = new LazyLinear(3);
        using var average = WeightAverage.Ema(model);

        Assert.That(average.Update, Throws.InvalidOperationException.With.Message.Contains("'weight' has no size yet"));
        model.call(ones(1, 4));
        Assert.That(average.Update, Throws.Nothing);
    }

    private sealed class Mixed : MyNeuralNetwork
    {
        public Parameter single { get; } = new(zeros(3));

        public Parameter half { get; } = new(zeros(2, 2, dtype: ScalarType.BFloat16));

        public Parameter number { get; } = new(zeros(Array.Empty<long>(), dtype: ScalarType.Float64));

        public Parameter wave { get; } = new(zeros(2, dtype: ScalarType.ComplexFloat64));

        public Tensor count { get; } = tensor(0L);

        public Tensor flag { get; } = tensor(false);

        public override Tensor forward(Tensor x) => x;
    }

    private sealed class Halves : MyNeuralNetwork
    {
        public Parameter weight { get; } = new(rand(1000).to(ScalarType.BFloat16));

        public override Tensor forward(Tensor x) => x;
    }

    private sealed class Transposed : MyNeuralNetwork
    {
        public Parameter weight { get; } = new(arange(6, dtype: ScalarType.Float32).reshape(2, 3).t());

        public override Tensor forward(Tensor x) => x;
    }

    private sealed class Replaceable : MyNeuralNetwork
    {
        public Linear fc { get; set; } = nn.Linear(2, 1);

        public override Tensor forward(Tensor x) => fc.call(x);
    }
}
