using DeepLearningCourse.Runtime;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>libtorch's AdamW for a list of parameters.</summary>
internal sealed class FusedAdamWUpdate : FusedUpdate<AdamWOptions>
{
    public override void Update(FusedLists lists, AdamWOptions options, double learningRate) =>
        Dispatcher.Call(FusedAdamArguments.AdamW, Arguments(lists, options, learningRate));

    protected override bool Try(FusedLists lists) =>
        Dispatcher.Has(FusedAdamArguments.AdamW, Arguments(lists, new AdamWOptions(), 0));

    private static FusedAdamArguments Arguments(FusedLists lists, AdamWOptions o, double lr) =>
        new(lists, lr, o.Beta1, o.Beta2, o.WeightDecay, o.Eps, o.Amsgrad, o.Maximize);
}
