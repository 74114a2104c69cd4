using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>What a training loop works with.</summary>
internal sealed record LoopParts<TBatch>(
    nn.Module Model, BatchWork<TBatch> Work, IReadOnlyList<GradientStep> Steps, EvaluationLoop<TBatch> Evaluation,
    BatchSource<TBatch> Train, BatchSource<TBatch>? Validation, CallbackList Callbacks, StopRequest Stop, ThreadChoice Threads)
{
    /// <summary>For each phase the parameters that only other phases change; null where there is one phase.</summary>
    public PhaseFreeze? Freeze { get; } = Steps.Count > 1 ? new PhaseFreeze(Steps) : null;
}
