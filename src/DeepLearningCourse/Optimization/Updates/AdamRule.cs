using DeepLearningCourse.Models;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>Adam (<see href="https://arxiv.org/abs/1412.6980">Kingma and Ba, 2014</see>).</summary>
internal sealed class AdamRule : UpdateRule<AdamOptions>
{
    private static readonly StateSlot[] Usual = [new("exp_avg"), new("exp_avg_sq")];
    private static readonly StateSlot[] WithMaximum = [.. Usual, new("max_exp_avg_sq")];
    private static readonly FusedUpdate<AdamOptions> FusedAdam = new FusedAdamUpdate();

    public AdamRule() => Fused = FusedAdam;

    public override IReadOnlyList<StateSlot> Slots(AdamOptions options) => options.Amsgrad ? WithMaximum : Usual;

    public override OptimizerGroup<AdamOptions> MakeGroup(ParameterGroup source, AdamOptions options) => new AdamGroup(source, options);

    public override void Update(in UpdateRun run, AdamOptions options)
    {
        var gradient = options.Maximize ? run.Gradient.neg() : run.Gradient;
        gradient = options.WeightDecay == 0 ? gradient : gradient.add(run.Parameter, alpha: options.WeightDecay);
        AdamStep.Run(run, gradient, new AdamStep(options.Beta1, options.Beta2, options.Eps, options.Amsgrad));
    }
}
