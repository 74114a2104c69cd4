using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>What Adam and AdamW share.</summary>
internal readonly record struct AdamStep(double Beta1, double Beta2, double Eps, bool Amsgrad)
{
    public static void Run(in UpdateRun run, Tensor gradient, AdamStep step)
    {
        var (mean, squares) = (run.State[0], run.State[1]);
        mean.lerp_(gradient, 1 - step.Beta1);
        squares.mul_(step.Beta2).addcmul_(gradient, gradient, 1 - step.Beta2);
        var divisor = squares;

        if (step.Amsgrad)
        {
            run.State[2].copy_(maximum(run.State[2], squares));
            divisor = run.State[2];
        }

        var correction1 = 1 - Math.Pow(step.Beta1, run.Step);
        var correction2 = Math.Sqrt(1 - Math.Pow(step.Beta2, run.Step));
        run.Parameter.addcdiv_(mean, divisor.sqrt().div_(correction2).add_(step.Eps), -run.LearningRate / correction1);
    }
}
