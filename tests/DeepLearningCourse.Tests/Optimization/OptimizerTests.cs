using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Optimization.Updates;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

public sealed class OptimizerTests : NetworkTest
{
    private static readonly string[] Kinds = ["SGD", "SGD momentum", "Adam", "Adam amsgrad", "AdamW", "Adagrad"];

    [Test]
    public void Fifty_losses_equal_TorchSharps_optimizer([ValueSource(nameof(Kinds))] string kind)
    {
        Assert.That(Losses(model => Make(kind, model.parameters())), Is.EqualTo(Losses(model => TorchSharps(kind, model.parameters()))).Within(1e-10));
    }

    /// <summary>What runs where libtorch lacks the operator: small parameters together, or each by itself.</summary>
    [Test]
    public void The_fused_operators_and_single_operations_agree([Values(1, 1 << 15)] long gatherBelow)
    {
        double[] Fused(Func<IReadOnlyList<ParameterGroup>, Optimizer> make) => Losses(model => make(OptimizerGroups.Of(model.parameters(), 0.01)));

        Assert.Multiple(() =>
        {
            Check(new SGDRule(), new SGDRule { Fused = null }, new SGDOptions { Momentum = 0.9, Dampening = 0.1, WeightDecay = 0.1 });
            Check(new SGDRule(), new SGDRule { Fused = null }, new SGDOptions { Momentum = 0.9, Nesterov = true, Maximize = true });
            Check(new SGDRule(), new SGDRule { Fused = null }, new SGDOptions { WeightDecay = 0.1 });
            Check(new AdamRule(), new AdamRule { Fused = null }, new AdamOptions { WeightDecay = 0.1, Amsgrad = true });
            Check(new AdamRule(), new AdamRule { Fused = null }, new AdamOptions { Maximize = true });
            Check(new AdamWRule(), new AdamWRule { Fused = null }, new AdamWOptions { WeightDecay = 0.1, Amsgrad = true, Maximize = true });
            Check(new AdagradRule(), new AdagradRule { Fused = null }, new AdagradOptions { LrDecay = 0.1, WeightDecay = 0.1 });
        });

        void Check<TOptions>(UpdateRule<TOptions> fused, UpdateRule<TOptions> single, TOptions options)
            where TOptions : UpdateOptions
        {
            Assert.That(fused.Fused, Is.Not.Null);
            Assert.That(
                Fused(groups => new Optimizer<TOptions>(single, groups, options, gatherBelow)),
                Is.EqualTo(Fused(groups => new Optimizer<TOptions>(fused, groups, options))).Within(1e-10), $"{options}");
        }
    }

    [Test]
    public void A_parameter_without_a_gradient_is_left_alone([ValueSource(nameof(Kinds))] string kind)
    {
        using var a = new Parameter(ones(3));
        using var b = new Parameter(ones(3));
        using var optimizer = Make(kind, [a, b]);
        a.grad = ones(3);

        optimizer.step();
        using var state = optimizer.state_dict();

        Assert.That(a[0].item<float>(), Is.Not.EqualTo(1));
        Assert.That(b.eq(1).all().item<bool>(), Is.True);
        Assert.That(state.State.Keys, Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public void Zero_grad_takes_gradients_away_or_fills_them_with_zeros()
    {
        using var a = new Parameter(ones(3));
        using var optimizer = Optimizers.Adam([a]);

        a.grad = ones(3);
        optimizer.zero_grad(set_to_none: false);
        Assert.That(a.grad!.eq(0).all().item<bool>(), Is.True);

        optimizer.zero_grad();
        Assert.That(a.grad, Is.Null);
    }

    [Test]
    public void A_network_moved_to_another_type_takes_its_state_along([ValueSource(nameof(Kinds))] string kind)
    {
        using var converted = new BinaryClassifier();
        using var straight = (BinaryClassifier)new BinaryClassifier();
        straight.load_state_dict(converted.state_dict());
        using var optimizer = Make(kind, converted.parameters());
        using var other = Make(kind, straight.parameters());
        Train(converted, optimizer, 5);
        Train(straight, other, 5);

        converted.to(ScalarType.Float64);
        var losses = Train(converted, optimizer, 5);

        Assert.That(losses, Is.EqualTo(Train(straight, other, 5)).Within(1e-4));
    }

    [Test]
    public void Groups_have_their_own_learning_rates_and_options()
    {
        using var model = new BinaryClassifier();
        using var optimizer = Optimizers.AdamW(model.ParameterGroups(1e-3, ("w1.*", 1e-5)), new() { WeightDecay = 0.1 });
        optimizer.Groups[1].Options = optimizer.Groups[1].Options with { WeightDecay = 0 };

        Assert.That(optimizer.Groups.Select(group => group.LearningRate), Is.EqualTo(new[] { 1e-5, 1e-3 }));
        Assert.That(optimizer.Groups.Select(group => group.Options.WeightDecay), Is.EqualTo(new[] { 0.1, 0 }));
        Assert.That(optimizer.Groups[0].Names, Is.EqualTo(new[] { "w1.weight", "w1.bias" }));
        Assert.That(optimizer.parameters().Count(), Is.EqualTo(6));
    }

    [Test]
    public void Saving_and_loading_in_the_middle_gives_the_same_next_twenty_losses([ValueSource(nameof(Kinds))] string kind)
    {
        using var model = new BinaryClassifier();
        using var optimizer = Make(kind, model.parameters());
        Train(model, optimizer, 10);
        using var copy = new BinaryClassifier();
        copy.load_state_dict(model.state_dict());
        using var resumed = Make(kind, copy.parameters());
        using (var state = optimizer.state_dict())
        {
            resumed.load_state_dict(state);
        }

        Assert.That(Train(copy, resumed, 20), Is.EqualTo(Train(model, optimizer, 20)));
    }

    [Test]
    public void A_state_that_does_not_fit_is_refused_and_nothing_is_changed()
    {
        using var model = new BinaryClassifier();
        using var adam = Optimizers.Adam(model.parameters(), lr: 0.5);
        Train(model, adam, 1);
        using var line = new Line();
        using var onLine = Optimizers.Adam(line.parameters());
        using var sgd = Optimizers.SGD(model.parameters(), momentum: 0.9);
        using var state = adam.state_dict();

        Assert.That(() => onLine.load_state_dict(state), Throws.ArgumentException.With.Message.Contains("its group 0 has 6 parameters and this optimizer's has 2"));
        Assert.That(() => sgd.load_state_dict(state), Throws.ArgumentException
            .With.Message.Contains("for parameter '0' it has step, exp_avg, exp_avg_sq, and this optimizer needs momentum_buffer too"));
        Assert.That(onLine.Groups[0].LearningRate, Is.EqualTo(1e-3));
    }

    [Test]
    public void Wrong_arguments_are_sentences()
    {
        using var a = new Parameter(ones(3));

        Assert.That(() => Optimizers.Adam(Array.Empty<Parameter>()), Throws.ArgumentException.With.Message.StartsWith("There are no parameters to train."));
        Assert.That(() => Optimizers.Adam([a, a]), Throws.ArgumentException.With.Message.StartsWith("Parameter '1' [3] is given twice"));
        Assert.That(() => Optimizers.Adam([a], lr: -1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("lr is a finite number from 0 on, and it is -1."));
        Assert.That(() => Optimizers.Adam([a], beta1: 1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("Beta1 is from 0 to less than 1"));
        Assert.That(() => Optimizers.SGD([a], nesterov: true), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Momentum greater than 0"));
    }

    [Test]
    public void The_sparse_gradient_of_an_embedding_is_taken_by_SGD_and_refused_by_name_elsewhere()
    {
        using var embedding = nn.Embedding(10, 3, sparse: true);
        var weight = embedding.parameters().Single();
        using var before = weight.detach().clone();
        embedding.call(tensor(new long[] { 1, 1, 4 })).sum().backward();
        using var sgd = Optimizers.SGD([weight], lr: 0.5);
        using var adam = Optimizers.Adam([weight]);

        sgd.step();

        Assert.That((before - weight.detach()).sum(1).data<float>().ToArray(), Is.EqualTo(new float[] { 0, 3, 0, 0, 1.5f, 0, 0, 0, 0, 0 }).Within(1e-5));
        Assert.That(() => adam.step(), Throws.TypeOf<NotSupportedException>().With.Message.StartsWith("Parameter '0' [10, 3] has a sparse gradient"));
    }

    [Test]
    public void Weights_and_gradients_of_other_strides_are_trained_as_any([ValueSource(nameof(Kinds))] string kind)
    {
        float[] Run(bool transposed)
        {
            using var a = new Parameter(transposed ? arange(6, dtype: ScalarType.Float32).reshape(2, 3).t().contiguous().t() : arange(6, dtype: ScalarType.Float32).reshape(2, 3));
            using var optimizer = Make(kind, [a]);

            for (var i = 1; i < 4; i++)
            {
                a.grad = (arange(6, dtype: ScalarType.Float32) * i).reshape(3, 2).t();
                optimizer.step();
            }

            return a.detach().contiguous().data<float>().ToArray();
        }

        Assert.That(Run(transposed: true), Is.EqualTo(Run(transposed: false)).Within(1e-5));
    }

    [Test]
    public void Backward_through_weights_that_a_step_changed_is_still_refused([ValueSource(nameof(Kinds))] string kind)
    {
        using var a = new Parameter(ones(3));
        using var optimizer = Make(kind, [a]);
        var loss = (a * a * a).sum();
        loss.backward(retain_graph: true);

        optimizer.step();

        Assert.That(() => loss.backward(), Throws.Exception.With.Message.Contains("modified by an inplace operation"));
    }

    [Test]
    public void Gradient_mode_is_as_before_after_a_step_and_after_a_failure()
    {
        using var a = new Parameter(ones(3));
        using var optimizer = Optimizers.Adam([a]);
        a.grad = ones(3);
        optimizer.step();
        Assert.That(is_grad_enabled(), Is.True);

        var closed = Optimizers.Adam([a]);
        a.Dispose();
        Assert.That(() => closed.step(), Throws.InvalidOperationException.With.Message.EqualTo("Tensor invalid -- empty handle."));
        Assert.That(is_grad_enabled(), Is.True);
        closed.Dispose();
    }

    internal static Optimizer Make(string kind, IEnumerable<Parameter> parameters) => kind switch
    {
        "SGD" => Optimizers.SGD(parameters, 0.05),
        "SGD momentum" => Optimizers.SGD(parameters, 0.05, momentum: 0.9, dampening: 0.1, weightDecay: 0.01),
        "Adam" => Optimizers.Adam(parameters, 3e-3, weightDecay: 0.1),
        "Adam amsgrad" => Optimizers.Adam(parameters, 3e-2, amsgrad: true),
        "AdamW" => Optimizers.AdamW(parameters, 3e-3),
        _ => Optimizers.Adagrad(parameters, 0.01, lrDecay: 0.1, weightDecay: 0.1, initialAccumulatorValue: 0.1),
    };

    private static optim.Optimizer TorchSharps(string kind, IEnumerable<Parameter> parameters) => kind switch
    {
        "SGD" => optim.SGD(parameters, 0.05),
        "SGD momentum" => optim.SGD(parameters, 0.05, momentum: 0.9, dampening: 0.1, weight_decay: 0.01),
        "Adam" => optim.Adam(parameters, 3e-3, weight_decay: 0.1),
        "Adam amsgrad" => optim.Adam(parameters, 3e-2, amsgrad: true),
        "AdamW" => optim.AdamW(parameters, 3e-3, weight_decay: 0.01),
        _ => optim.Adagrad(parameters, 0.01, lr_decay: 0.1, weight_decay: 0.1, initial_accumulator_value: 0.1),
    };

    private static double[] Losses(Func<BinaryClassifier, optim.Optimizer> make)
    {
        manual_seed(1);
        using var model = (BinaryClassifier)new BinaryClassifier().to(ScalarType.Float64);
        using var optimizer = make(model);
        return Train(model, optimizer, 50);
    }

    internal static double[] Train(BinaryClassifier model, optim.Optimizer optimizer, int steps)
    {
        var dtype = model.parameters().First().dtype;
        using var x = arange(320).sin().reshape(32, 10).to(dtype);
        using var y = x.sum(1, keepdim: true).gt(0).to(dtype);
        var losses = new double[steps];

        for (var i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var loss = nn.functional.binary_cross_entropy_with_logits(model.call(x), y);
            loss.backward();
            optimizer.step();
            losses[i] = loss.ToDouble();
        }

        return losses;
    }
}
