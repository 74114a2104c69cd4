using DeepLearningCourse.Runtime;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>libtorch's Adam for a list of parameters.</summary>
internal sealed class FusedAdamUpdate : FusedUpdate<AdamOptions>
{
    public override void Update(FusedLists lists, AdamOptions options, double learningRate) =>
        Dispatcher.Call(FusedAdamArguments.Adam, Arguments(lists, options, learningRate));

    protected override bool Try(FusedLists lists) =>
        Dispatcher.Has(FusedAdamArguments.Adam, Arguments(lists, new AdamOptions(), 0));

    private static FusedAdamArguments Arguments(FusedLists lists, AdamOptions o, double lr) =>
        new(lists, lr, o.Beta1, o.Beta2, o.WeightDecay, o.Eps, o.Amsgrad, o.Maximize);
}
