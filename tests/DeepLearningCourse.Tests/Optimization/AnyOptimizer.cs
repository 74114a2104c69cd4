using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Optimization.Updates;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>Makes optimizers by PyTorch's names, and trains with any.</summary>
internal static class AnyOptimizer
{
    public const long GatherAll = long.MaxValue;
    public const long GatherNone = 0;

    /// <summary>Those that update by rules of single operations.</summary>
    public static readonly string[] Rules = ["RMSprop", "NAdam", "RAdam", "Adamax", "Adadelta", "Rprop", "ASGD"];

    private static readonly Dictionary<string, Func<IEnumerable<Parameter>, Optimizer>> Defaults = new()
    {
        ["SGD"] = parameters => Optimizers.SGD(parameters),
        ["Adam"] = parameters => Optimizers.Adam(parameters),
        ["AdamW"] = parameters => Optimizers.AdamW(parameters),
        ["Adagrad"] = parameters => Optimizers.Adagrad(parameters),
        ["RMSprop"] = parameters => Optimizers.RMSprop(parameters),
        ["NAdam"] = parameters => Optimizers.NAdam(parameters),
        ["RAdam"] = parameters => Optimizers.RAdam(parameters),
        ["Adamax"] = parameters => Optimizers.Adamax(parameters),
        ["Adadelta"] = parameters => Optimizers.Adadelta(parameters),
        ["Rprop"] = parameters => Optimizers.Rprop(parameters),
        ["ASGD"] = parameters => Optimizers.ASGD(parameters),
        ["LBFGS"] = parameters => Optimizers.LBFGS(parameters),
    };

    /// <summary>With the default options.</summary>
    public static Optimizer Default(string kind, IEnumerable<Parameter> parameters) => Defaults[kind](parameters);

    /// <summary>With options under PyTorch's names, and the defaults for those that are missing.</summary>
    public static Optimizer Make(
        string kind, IReadOnlyList<ParameterGroup> groups, IReadOnlyDictionary<string, object?> options, long gatherBelow = ParameterBlock.UsuallyGatheredBelow,
        bool fused = true)
    {
        return kind switch
        {
            "SGD" => New(fused ? new SGDRule() : new SGDRule { Fused = null }, new SGDOptions()),
            "Adam" => New(fused ? new AdamRule() : new AdamRule { Fused = null }, new AdamOptions()),
            "AdamW" => New(fused ? new AdamWRule() : new AdamWRule { Fused = null }, new AdamWOptions()),
            "Adagrad" => New(fused ? new AdagradRule() : new AdagradRule { Fused = null }, new AdagradOptions()),
            "RMSprop" => New(new RMSpropRule(), new RMSpropOptions()),
            "NAdam" => New(new NAdamRule(), new NAdamOptions()),
            "RAdam" => New(new RAdamRule(), new RAdamOptions()),
            "Adamax" => New(new AdamaxRule(), new AdamaxOptions()),
            "Adadelta" => New(new AdadeltaRule(), new AdadeltaOptions()),
            "Rprop" => New(new RpropRule(), new RpropOptions()),
            "ASGD" => New(new ASGDRule(), new ASGDOptions()),
            _ => new LBFGSOptimizer(groups, (LBFGSOptions)new LBFGSOptions().FromPyTorch(new PyTorchGroup(options))),
        };

        Optimizer<TOptions> New<TOptions>(UpdateRule<TOptions> rule, TOptions defaults)
            where TOptions : UpdateOptions =>
            new(rule, groups, (TOptions)defaults.FromPyTorch(new PyTorchGroup(options)), gatherBelow);
    }

    /// <summary>For a recorded run, over the slides' network.</summary>
    public static Optimizer Make(OptimizerRun run, BinaryClassifier model, long gatherBelow = ParameterBlock.UsuallyGatheredBelow, bool fused = true)
    {
        var lr = run.Options.TryGetValue("lr", out var given) ? (double)given! : DefaultRate(run.Kind, model);
        var groups = run.Group is null ? OptimizerGroups.Of(model.parameters(), lr) : model.ParameterGroups(lr, ("w1.*", (double)run.Group["lr"]!));
        var optimizer = Make(run.Kind, groups, run.Options, gatherBelow, fused);

        if (run.Group is not null)
        {
            var first = optimizer.Groups[0];
            first.UntypedOptions = first.UntypedOptions.FromPyTorch(new PyTorchGroup(run.Group));
        }

        return optimizer;
    }

    /// <summary>The slides' network in float64, with the weights of the records.</summary>
    public static BinaryClassifier Network()
    {
        var model = (BinaryClassifier)new BinaryClassifier().to(ScalarType.Float64);
        GiveWeights(model);
        return model;
    }

    public static void GiveWeights(nn.Module model)
    {
        var phase = 0;

        foreach (var parameter in model.parameters())
        {
            parameter.SetData(Wave(parameter.numel(), phase++, 0.3).reshape(parameter.shape).to(parameter.dtype));
        }
    }

    /// <summary>The loss of each step, each on the next batch.</summary>
    public static double[] Train(
        nn.Module<Tensor, Tensor> model, Optimizer optimizer, int steps, int batch = 32, bool negated = false, bool hasGaps = false, int features = 10, int first = 0)
    {
        using var scope = NewDisposeScope();
        using var criterion = nn.BCEWithLogitsLoss();
        var dtype = optimizer.Groups[0].Parameters[0].dtype;
        var X = Wave(100L * features, 0.5, 1.0).reshape(100, features);
        var y = X.sum(1, keepdim: true).gt(0).to(dtype);
        (Tensor X, Tensor y)[] batches = [.. X.to(dtype).split(batch).Zip(y.split(batch))];
        List<double> losses = [];

        for (var step = first; step < first + steps; step++)
        {
            var (inputs, targets) = batches[step % batches.Length];
            using var ofStep = NewDisposeScope();
            var isLBFGS = optimizer is LBFGSOptimizer;
            losses.Add((isLBFGS ? optimizer.step(Closure) : Closure()).to(ScalarType.Float64).item<double>());

            if (!isLBFGS)
            {
                optimizer.step();
            }

            Tensor Closure()
            {
                optimizer.zero_grad();
                var loss = criterion.call(model.call(inputs), targets);
                (negated ? loss.neg() : loss).backward();

                if (hasGaps && step % 3 == 1)
                {
                    ((BinaryClassifier)model).w1.weight!.grad = null;
                    ((BinaryClassifier)model).w2.bias!.grad = null;
                }

                return loss;
            }
        }

        return [.. losses];
    }

    public static Tensor Wave(long count, double phase, double scale) =>
        tensor([.. Enumerable.Range(0, (int)count).Select(i => scale * Math.Sin((0.7 * i) + phase))], dtype: ScalarType.Float64);

    private static double DefaultRate(string kind, nn.Module model)
    {
        using var optimizer = Default(kind, model.parameters());
        return optimizer.Groups[0].LearningRate;
    }
}
