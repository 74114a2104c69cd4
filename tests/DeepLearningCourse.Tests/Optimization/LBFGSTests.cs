using DeepLearningCourse.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

public sealed class LBFGSTests : NetworkTest
{
    [Test]
    public void A_resumed_run_gives_the_same_losses_bit_for_bit(
        [Values] LineSearch lineSearch, [Values(ScalarType.Float32, ScalarType.Float64)] ScalarType dtype, [Values(1, 6)] int stepsBefore)
    {
        using var model = (BinaryClassifier)new BinaryClassifier().to(dtype);
        using var optimizer = Optimizers.LBFGS(model.parameters(), lr: 0.2, maxIter: 3, historySize: 5, lineSearch: lineSearch);
        AnyOptimizer.Train(model, optimizer, stepsBefore);
        using var copy = (BinaryClassifier)new BinaryClassifier().to(dtype);
        copy.load_state_dict(model.state_dict());
        using var resumed = Optimizers.LBFGS(copy.parameters());

        using (var state = optimizer.state_dict())
        {
            resumed.load_state_dict(state);
            using var taken = resumed.state_dict();
            Assert.That(taken.State[0].Keys, Is.EqualTo(state.State[0].Keys));
            Assert.That(taken.State[0].Where(entry => !entry.Value.equal(state.State[0][entry.Key]).all().item<bool>()), Is.Empty);
        }

        Assert.That(resumed.Groups[0].Options, Is.EqualTo(optimizer.Groups[0].Options with { MaxEval = 3 }));
        Assert.That(AnyOptimizer.Train(copy, resumed, 10), Is.EqualTo(AnyOptimizer.Train(model, optimizer, 10)));
    }

    [Test]
    public void A_network_moved_to_another_type_takes_its_state_along([Values] LineSearch lineSearch)
    {
        using var converted = new BinaryClassifier();
        using var straight = new BinaryClassifier();
        AnyOptimizer.GiveWeights(converted);
        AnyOptimizer.GiveWeights(straight);
        using var optimizer = Optimizers.LBFGS(converted.parameters(), lr: 0.1, maxIter: 2, lineSearch: lineSearch);
        using var other = Optimizers.LBFGS(straight.parameters(), lr: 0.1, maxIter: 2, lineSearch: lineSearch);
        AnyOptimizer.Train(converted, optimizer, 3, batch: 100);
        AnyOptimizer.Train(straight, other, 3, batch: 100);

        converted.to(ScalarType.Float64);

        Assert.That(AnyOptimizer.Train(converted, optimizer, 3, batch: 100), Is.EqualTo(AnyOptimizer.Train(straight, other, 3, batch: 100)).Within(1e-3));
    }

    [Test]
    public void Rosenbrocks_valley_is_walked_to_its_end()
    {
        using var x = new Parameter(tensor([-1.5, 2.0]));
        using var optimizer = Optimizers.LBFGS([x], maxIter: 100, lineSearch: LineSearch.StrongWolfe);

        optimizer.step(() =>
        {
            optimizer.zero_grad();
            var loss = (1 - x[0]).pow(2) + (100 * (x[1] - x[0].pow(2)).pow(2));
            loss.backward();
            return loss;
        });

        Assert.That(x.data<double>().ToArray(), Is.EqualTo(new[] { 1.0, 1.0 }).Within(1e-5));
    }

    [Test]
    public void Without_a_closure_a_sentence_shows_one()
    {
        using var parameter = new Parameter(ones(2));
        using var optimizer = Optimizers.LBFGS([parameter]);

        Assert.That(() => optimizer.step(), Throws.InvalidOperationException.With.Message.Contains("loss.backward(); return loss; })"));
    }

    [Test]
    public void A_closure_without_backward_or_a_single_loss_is_told_so()
    {
        using var parameter = new Parameter(ones(2));
        using var optimizer = Optimizers.LBFGS([parameter]);

        Assert.That(() => optimizer.step(() => parameter.sum()), Throws.InvalidOperationException.With.Message.Contains("Call loss.backward() in it"));
        Assert.That(() => optimizer.step(() => parameter * 2), Throws.InvalidOperationException.With.Message.Contains("a single number"));
        Assert.That(() => optimizer.step(() => null!), Throws.InvalidOperationException.With.Message.Contains("a single number"));
    }

    [Test]
    public void A_closure_that_throws_in_a_search_leaves_the_parameters_where_they_were()
    {
        using var model = AnyOptimizer.Network();
        using var optimizer = Optimizers.LBFGS(model.parameters(), lineSearch: LineSearch.StrongWolfe);
        AnyOptimizer.Train(model, optimizer, 1, batch: 100);
        var before = model.w2.weight!.clone();
        var calls = 0;

        Assert.That(() => optimizer.step(Closure), Throws.TypeOf<TimeoutException>());
        Assert.That(model.w2.weight!.equal(before).all().item<bool>(), Is.True);
        Assert.That(is_grad_enabled(), Is.True);

        Tensor Closure()
        {
            optimizer.zero_grad();
            var loss = model.call(ones(4, 10, dtype: ScalarType.Float64)).square().sum();
            loss.backward();
            return ++calls < 2 ? loss : throw new TimeoutException();
        }
    }

    [Test]
    public void Frozen_parameters_stay([Values] LineSearch lineSearch)
    {
        using var model = AnyOptimizer.Network();
        using var optimizer = Optimizers.LBFGS(model.parameters(), maxIter: 3, lineSearch: lineSearch);
        model.w1.weight!.requires_grad = false;
        var before = model.w1.weight!.clone();

        var losses = AnyOptimizer.Train(model, optimizer, 5, batch: 100);

        Assert.That(model.w1.weight!.equal(before).all().item<bool>(), Is.True);
        Assert.That(losses[^1], Is.LessThan(losses[0]));
    }

    [Test]
    public void Parameters_of_two_types_are_refused_by_name()
    {
        using var a = new Parameter(ones(2));
        using var b = new Parameter(ones(2, dtype: ScalarType.Float64));

        Assert.That(() => Optimizers.LBFGS([a, b]), Throws.InvalidOperationException.With.Message.Contains("'1' [2] is Float64 on cpu where '0' is Float32"));
    }

    [Test]
    public void A_state_that_does_not_fit_is_refused_and_nothing_is_changed()
    {
        using var model = AnyOptimizer.Network();
        using var optimizer = Optimizers.LBFGS(model.parameters(), maxIter: 2);
        AnyOptimizer.Train(model, optimizer, 2);
        using var adam = Optimizers.Adam(model.parameters());
        AnyOptimizer.Train(model, adam, 1);
        using var small = new Parameter(ones(2, dtype: ScalarType.Float64));
        using var other = Optimizers.LBFGS(Enumerable.Range(0, 6).Select(_ => new Parameter(ones(2, dtype: ScalarType.Float64))).ToList(), lr: 0.5);
        using var state = optimizer.state_dict();
        using var adams = adam.state_dict();

        Assert.That(() => other.load_state_dict(state), Throws.ArgumentException.With.Message.Contains("its d has the shape [2529], and for these parameters it has to be [12]"));
        Assert.That(() => optimizer.load_state_dict(adams), Throws.ArgumentException.With.Message.Contains("it has step, exp_avg, exp_avg_sq, and LBFGS needs func_evals too"));
        Assert.That(other.Groups[0].LearningRate, Is.EqualTo(0.5));
        Assert.That(other.state_dict().State, Is.Empty);
    }
}
