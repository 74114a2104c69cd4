namespace DeepLearningCourse.Optimization.Updates;

/// <summary>The lists of tensors that a fused operator takes, as pointers that stay their owners'.</summary>
internal sealed class FusedLists(int capacity)
{
    private const int MostSlots = 3;

    private readonly nint[] parameters = new nint[capacity];
    private readonly nint[] gradients = new nint[capacity];
    private readonly nint[] steps = new nint[capacity];
    private readonly nint[][] states = [new nint[capacity], new nint[capacity], new nint[capacity]];

    public int Count { get; private set; }

    public ReadOnlySpan<nint> Parameters => parameters.AsSpan(0, Count);

    public ReadOnlySpan<nint> Gradients => gradients.AsSpan(0, Count);

    /// <summary>The counts of steps, a tensor of one number each.</summary>
    public ReadOnlySpan<nint> Steps => steps.AsSpan(0, Count);

    /// <summary>Whether it is the first step of these parameters.</summary>
    public bool IsFirstStep { get; set; }

    /// <summary>The tensors of one slot of the state; empty for a slot that is not kept.</summary>
    public ReadOnlySpan<nint> State(int slot) => states[slot].AsSpan(0, states[slot][0] == 0 ? 0 : Count);

    public void Clear() => Count = 0;

    public void Add(nint parameter, nint gradient, nint step, ReadOnlySpan<nint> state)
    {
        parameters[Count] = parameter;
        gradients[Count] = gradient;
        steps[Count] = step;

        for (var slot = 0; slot < MostSlots; slot++)
        {
            states[slot][Count] = slot < state.Length ? state[slot] : 0;
        }

        Count++;
    }
}
