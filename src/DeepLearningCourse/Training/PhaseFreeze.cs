using TorchSharp.Modules;

namespace DeepLearningCourse.Training;

/// <summary>Keeps gradients of a phase's loss away from parameters that other phases' optimizers hold.</summary>
internal sealed class PhaseFreeze
{
    private readonly IReadOnlyList<Parameter>[] others;

    public PhaseFreeze(IReadOnlyList<GradientStep> steps) => others =
    [
        .. steps.Select(step => steps.SelectMany(other => other.Parameters)
            .Except(step.Parameters, ReferenceEqualityComparer.Instance).Cast<Parameter>().Distinct(ReferenceEqualityComparer.Instance).Cast<Parameter>().ToList()),
    ];

    /// <summary>Until it is disposed, parameters that the phase does not change need no gradient.</summary>
    public IDisposable During(int phase) => new Region([.. others[phase].Where(parameter => parameter.requires_grad)]);

    private sealed class Region : IDisposable
    {
        private readonly List<Parameter> frozen;

        public Region(List<Parameter> frozen)
        {
            this.frozen = frozen;
            frozen.ForEach(parameter => parameter.requires_grad_(false));
        }

        public void Dispose() => frozen.ForEach(parameter => parameter.requires_grad_(true));
    }
}
