using DeepLearningCourse.Models;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>Adam with decoupled weight decay (<see href="https://arxiv.org/abs/1711.05101">Loshchilov and Hutter, 2017</see>).</summary>
internal sealed class AdamWRule : UpdateRule<AdamWOptions>
{
    private static readonly StateSlot[] Usual = [new("exp_avg"), new("exp_avg_sq")];
    private static readonly StateSlot[] WithMaximum = [.. Usual, new("max_exp_avg_sq")];
    private static readonly FusedUpdate<AdamWOptions> FusedAdamW = new FusedAdamWUpdate();

    public AdamWRule() => Fused = FusedAdamW;

    public override IReadOnlyList<StateSlot> Slots(AdamWOptions options) => options.Amsgrad ? WithMaximum : Usual;

    public override OptimizerGroup<AdamWOptions> MakeGroup(ParameterGroup source, AdamWOptions options) => new AdamWGroup(source, options);

    public override void Update(in UpdateRun run, AdamWOptions options)
    {
        var gradient = options.Maximize ? run.Gradient.neg() : run.Gradient;
        run.Parameter.mul_(1 - (run.LearningRate * options.WeightDecay));
        AdamStep.Run(run, gradient, new AdamStep(options.Beta1, options.Beta2, options.Eps, options.Amsgrad));
    }
}
