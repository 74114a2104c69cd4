using DeepLearningCourse.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>What all optimizers without an operator of libtorch's have in common.</summary>
public sealed class AdaptiveOptimizerTests : NetworkTest
{
    private static readonly string[] Kinds = AnyOptimizer.Rules;

    // One with every option that changes what is kept.
    private static readonly Dictionary<string, object?> All = new()
    {
        ["weight_decay"] = 0.1, ["momentum"] = 0.5, ["centered"] = true, ["t0"] = 3.0, ["lambd"] = 0.01,
    };

    [Test]
    public void Saving_and_loading_in_the_middle_gives_the_same_next_twenty_losses(
        [ValueSource(nameof(Kinds))] string kind, [Values(ScalarType.Float32, ScalarType.Float64)] ScalarType dtype,
        [Values(AnyOptimizer.GatherAll, AnyOptimizer.GatherNone)] long gatherBelow)
    {
        using var model = (BinaryClassifier)new BinaryClassifier().to(dtype);
        using var optimizer = AnyOptimizer.Make(kind, OptimizerGroups.Of(model.parameters(), 1e-3), All, gatherBelow);
        AnyOptimizer.Train(model, optimizer, 10);
        using var copy = (BinaryClassifier)new BinaryClassifier().to(dtype);
        copy.load_state_dict(model.state_dict());
        using var resumed = AnyOptimizer.Make(kind, OptimizerGroups.Of(copy.parameters(), 0.5), All, gatherBelow);

        using (var state = optimizer.state_dict())
        {
            resumed.load_state_dict(state);
        }

        Assert.That(AnyOptimizer.Train(copy, resumed, 20), Is.EqualTo(AnyOptimizer.Train(model, optimizer, 20)));
    }

    [Test]
    public void Float32_and_bfloat16_follow_float64(
        [ValueSource(nameof(Kinds))] string kind, [Values(AnyOptimizer.GatherAll, AnyOptimizer.GatherNone)] long gatherBelow, [Values] bool maximize)
    {
        var exact = Train(ScalarType.Float64);

        Assert.That(Train(ScalarType.Float32), Is.EqualTo(exact).Within(1e-4));
        Assert.That(Train(ScalarType.BFloat16), Is.EqualTo(exact).Within(0.1));

        double[] Train(ScalarType dtype)
        {
            using var model = (BinaryClassifier)new BinaryClassifier().to(dtype);
            AnyOptimizer.GiveWeights(model);
            var options = new Dictionary<string, object?>(All) { ["maximize"] = maximize };
            using var optimizer = AnyOptimizer.Make(kind, OptimizerGroups.Of(model.parameters(), 1e-3), options, gatherBelow);
            return AnyOptimizer.Train(model, optimizer, 10, batch: 100, negated: maximize);
        }
    }

    [Test]
    public void Parameters_and_gradients_of_any_strides_are_updated_as_contiguous_ones([ValueSource(nameof(Kinds))] string kind, [Values] bool maximize)
    {
        var start = AnyOptimizer.Wave(12, 1, 1).reshape(3, 4);
        var gradients = Enumerable.Range(0, 4).Select(i => AnyOptimizer.Wave(12, i, 1).reshape(3, 4)).ToArray();
        using var straight = new Parameter(start.clone());
        using var turned = new Parameter(start.t().contiguous().t());
        using var turnedGradient = new Parameter(start.clone());
        var options = new Dictionary<string, object?>(All) { ["maximize"] = maximize };
        using var optimizer = AnyOptimizer.Make(kind, OptimizerGroups.Of([straight, turned, turnedGradient], 0.1), options);

        foreach (var gradient in gradients)
        {
            straight.grad = gradient.clone();
            turned.grad = gradient.clone();
            turnedGradient.grad = gradient.t().contiguous().t();
            optimizer.step();
        }

        Assert.That(turned.is_contiguous(), Is.False);
        Assert.That(turned.allclose(straight, 1e-12), Is.True);
        Assert.That(turnedGradient.allclose(straight, 1e-12), Is.True);
        Assert.That(straight.allclose(start), Is.False);
    }

    [Test]
    public void Gradients_stay_as_they_are([ValueSource(nameof(Kinds))] string kind, [Values(AnyOptimizer.GatherAll, AnyOptimizer.GatherNone)] long gatherBelow)
    {
        using var a = new Parameter(AnyOptimizer.Wave(5, 0, 1));
        using var b = new Parameter(AnyOptimizer.Wave(5, 1, 1));
        var options = new Dictionary<string, object?>(All) { ["maximize"] = true };
        using var optimizer = AnyOptimizer.Make(kind, OptimizerGroups.Of([a, b], 0.1), options, gatherBelow);
        a.grad = AnyOptimizer.Wave(5, 2, 1);
        b.grad = AnyOptimizer.Wave(5, 3, 1);

        optimizer.step();
        optimizer.step();

        Assert.That(a.grad!.equal(AnyOptimizer.Wave(5, 2, 1)).all().item<bool>(), Is.True);
        Assert.That(b.grad!.equal(AnyOptimizer.Wave(5, 3, 1)).all().item<bool>(), Is.True);
    }

    [Test]
    public void A_sparse_gradient_is_refused_by_name([ValueSource(nameof(Kinds))] string kind)
    {
        using var embedding = nn.Embedding(4, 2, sparse: true);
        using var optimizer = AnyOptimizer.Default(kind, embedding.parameters());
        embedding.call(tensor([1L])).sum().backward();

        Assert.That(() => optimizer.step(), Throws.TypeOf<NotSupportedException>().With.Message.Contains("sparse: false"));
    }

    [Test]
    public void A_rate_changed_before_the_first_step_is_the_first_one([Values("Rprop", "ASGD")] string kind)
    {
        Assert.That(After(0.5, 0.01), Is.EqualTo(After(0.01, 0.01)));

        double After(double made, double changed)
        {
            using var parameter = new Parameter(ones(1));
            using var optimizer = AnyOptimizer.Make(kind, OptimizerGroups.Of([parameter], made), new Dictionary<string, object?>());
            optimizer.Groups[0].LearningRate = changed;
            parameter.grad = ones(1);
            optimizer.step();
            return parameter.item<float>();
        }
    }

    [Test]
    public void Schedules_find_the_momenta_they_change()
    {
        using var parameter = new Parameter(ones(1));

        Assert.Multiple(() =>
        {
            foreach (var kind in Kinds)
            {
                using var optimizer = AnyOptimizer.Default(kind, [parameter]);
                var group = optimizer.Groups[0];

                if (group is optim.IBetas betas)
                {
                    betas.Betas = (0.85, 0.95);
                }

                if (group is optim.IMomentum momentum)
                {
                    momentum.Momentum = 0.85;
                }

                var text = group.UntypedOptions.ToString();
                Assert.That(text.Contains("0.85", StringComparison.Ordinal), Is.EqualTo(kind is "RMSprop" or "NAdam" or "RAdam" or "Adamax"), text);
            }
        });
    }

    [Test]
    public void Arguments_become_the_options_of_their_names()
    {
        using var p = new Parameter(ones(1));
        Parameter[] all = [p];

        Check(Optimizers.RMSprop(all, 0.5, 0.8, 1e-4, 0.1, 0.3, true, true), new()
        {
            Alpha = 0.8, Eps = 1e-4, WeightDecay = 0.1, Momentum = 0.3, Centered = true, Maximize = true,
        });
        Check(Optimizers.NAdam(all, 0.5, 0.8, 0.7, 1e-4, 0.1, 0.2, true, true), new()
        {
            Beta1 = 0.8, Beta2 = 0.7, Eps = 1e-4, WeightDecay = 0.1, MomentumDecay = 0.2, DecoupledWeightDecay = true, Maximize = true,
        });
        Check(Optimizers.RAdam(all, 0.5, 0.8, 0.7, 1e-4, 0.1, true, true), new()
        {
            Beta1 = 0.8, Beta2 = 0.7, Eps = 1e-4, WeightDecay = 0.1, DecoupledWeightDecay = true, Maximize = true,
        });
        Check(Optimizers.Adamax(all, 0.5, 0.8, 0.7, 1e-4, 0.1, true), new() { Beta1 = 0.8, Beta2 = 0.7, Eps = 1e-4, WeightDecay = 0.1, Maximize = true });
        Check(Optimizers.Adadelta(all, 0.5, 0.8, 1e-4, 0.1, true), new() { Rho = 0.8, Eps = 1e-4, WeightDecay = 0.1, Maximize = true });
        Check(Optimizers.Rprop(all, 0.5, 0.4, 1.3, 1e-4, 10, true), new() { EtaMinus = 0.4, EtaPlus = 1.3, MinStep = 1e-4, MaxStep = 10, Maximize = true });
        Check(Optimizers.ASGD(all, 0.5, 1e-3, 0.6, 10, 0.1, true), new() { Lambd = 1e-3, Alpha = 0.6, T0 = 10, WeightDecay = 0.1, Maximize = true });

        static void Check<TOptions>(Optimizer<TOptions> made, TOptions expected)
            where TOptions : UpdateOptions
        {
            using (made)
            {
                Assert.That(made.Groups[0].Options, Is.EqualTo(expected));
                Assert.That(made.Groups[0].LearningRate, Is.EqualTo(0.5));
            }
        }
    }

    [TestCase("RMSprop", 1e-2)]
    [TestCase("NAdam", 2e-3)]
    [TestCase("RAdam", 1e-3)]
    [TestCase("Adamax", 2e-3)]
    [TestCase("Adadelta", 1.0)]
    [TestCase("Rprop", 1e-2)]
    [TestCase("ASGD", 1e-2)]
    [TestCase("LBFGS", 1.0)]
    public void Defaults_are_those_of_PyTorch_and_of_the_options(string kind, double rate)
    {
        using var parameter = new Parameter(ones(1));
        using var byArguments = AnyOptimizer.Default(kind, [parameter]);
        using var byOptions = AnyOptimizer.Make(kind, OptimizerGroups.Of([parameter], rate), new Dictionary<string, object?>());

        Assert.That(byArguments.Groups[0].LearningRate, Is.EqualTo(rate));
        Assert.That(byArguments.Groups[0].UntypedOptions, Is.EqualTo(byOptions.Groups[0].UntypedOptions));
    }

    [Test]
    public void Options_that_no_optimizer_can_have_are_refused_by_name()
    {
        using var p = new Parameter(ones(1));
        Parameter[] all = [p];

        Assert.Multiple(() =>
        {
            Refused(() => Optimizers.RMSprop(all, alpha: -1), "Alpha is a finite number from 0 on, and it is -1.");
            Refused(() => Optimizers.RMSprop(all, momentum: double.NaN), "Momentum");
            Refused(() => Optimizers.NAdam(all, beta1: 1), "Beta1 is from 0 to less than 1, and it is 1.");
            Refused(() => Optimizers.NAdam(all, momentumDecay: -1), "MomentumDecay");
            Refused(() => Optimizers.RAdam(all, beta2: 1.5), "Beta2");
            Refused(() => Optimizers.Adamax(all, eps: -1), "Eps");
            Refused(() => Optimizers.Adadelta(all, rho: 1.1), "Rho is from 0 to 1, and it is 1.1.");
            Refused(() => Optimizers.Rprop(all, etaMinus: 1), "EtaMinus is greater than 0 and less than 1, and it is 1.");
            Refused(() => Optimizers.Rprop(all, etaPlus: 1), "EtaPlus is a finite number greater than 1, and it is 1.");
            Refused(() => Optimizers.Rprop(all, minStep: 2, maxStep: 1), "MinStep is at most MaxStep, and it is 2.");
            Refused(() => Optimizers.ASGD(all, lambd: -1), "Lambd");
            Refused(() => Optimizers.LBFGS(all, maxIter: 0), "MaxIter is a finite number greater than 0, and it is 0.");
            Refused(() => Optimizers.LBFGS(all, maxEval: -1), "MaxEval");
            Refused(() => Optimizers.LBFGS(all, historySize: 0), "HistorySize");
            Refused(() => Optimizers.LBFGS(all, lineSearch: (LineSearch)7), "LineSearch is None or StrongWolfe, and it is 7.");
            Refused(() => Optimizers.RMSprop(all, lr: -1), "lr");
        });

        static void Refused(Func<Optimizer> make, string message) => Assert.That(make, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains(message));
    }
}
