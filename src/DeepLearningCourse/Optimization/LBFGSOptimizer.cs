using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization.Updates;
using DeepLearningCourse.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization;

/// <summary>The optimizer that <see cref="Optimizers.LBFGS"/> makes: each of its steps moves the parameters several times and needs the loss after each move.</summary>
/// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.LBFGS.html"/></remarks>
public sealed class LBFGSOptimizer : Optimizer
{
    private readonly OptimizerGroup<LBFGSOptions> group;
    private readonly FlatParameters parametersAsOne;
    private readonly LBFGSState state = new();

    internal LBFGSOptimizer(IEnumerable<ParameterGroup> groups, LBFGSOptions options)
    {
        options.Validate();
        group = new OptimizerGroup<LBFGSOptions>(OptimizerGroups.Checked(groups).Single(), options);
        parametersAsOne = new FlatParameters(group);
    }

    /// <summary>The one group, with its learning rate and options.</summary>
    public new IReadOnlyList<OptimizerGroup<LBFGSOptions>> Groups => [group];

    private protected override IReadOnlyList<OptimizerGroup> UntypedGroups => [group];

    /// <summary>One step: up to <see cref="LBFGSOptions.MaxIter"/> moves.</summary>
    /// <param name="closure">Takes the gradients away, computes the loss anew, calls <c>backward()</c>, returns the loss. It is called many times; what it
    /// makes is disposed each time, but for the loss of the first call.</param>
    /// <returns>The loss before the step.</returns>
    /// <exception cref="InvalidOperationException">There is no closure; or it leaves no gradient, or returns no single number.</exception>
    public override Tensor step(Func<Tensor>? closure = null)
    {
        if (closure is null)
        {
            throw NeedsClosure();
        }

        var before = GradientMode.IsEnabled;
        GradientMode.IsEnabled = false;
        Tensor? first = null;

        try
        {
            parametersAsOne.RequireOneKind();
            state.Follow(parametersAsOne);
            first = Call(closure);
            Iterate(closure, first.ToDouble());
            return first;
        }
        catch
        {
            first?.Dispose();
            throw;
        }
        finally
        {
            GradientMode.IsEnabled = before;
        }
    }

    /// <inheritdoc/>
    /// <remarks>As in PyTorch it belongs to all parameters and stands under the first one's number. Lists of PyTorch's are tensors here, a row for each entry.</remarks>
    public override OptimizerStateDict state_dict() => new([group], (_, parameter) => parameter == 0 ? state.Save(parametersAsOne) : null);

    /// <inheritdoc/>
    public override void load_state_dict(OptimizerStateDict state)
    {
        ArgumentNullException.ThrowIfNull(state);
        StateDictLoading.Check(state, [group], _ => []);
        var saved = state.State.GetValueOrDefault(0);
        LBFGSStateCheck.Check(saved, parametersAsOne.Count);
        StateDictLoading.LoadOptions(state, 0, group);
        this.state.Load(saved, parametersAsOne);
    }

    private protected override void Update() => throw NeedsClosure();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            state.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Iterate(Func<Tensor> closure, double loss)
    {
        var options = group.Options;
        using var scope = NewDisposeScope();
        var gradient = parametersAsOne.Gradient();
        var evaluations = 1;
        state.Evaluations++;

        for (var iteration = 1; iteration <= options.MaxIter && !IsSmall(gradient, options.ToleranceGrad); iteration++)
        {
            using var ofIteration = NewDisposeScope();
            var isFirst = state.IsNew;
            var direction = state.NextDirection(gradient, options.HistorySize);
            var last = state.Loss = loss;
            state.Length = isFirst ? Math.Min(1, 1 / gradient.abs().sum().ToDouble()) * group.LearningRate : group.LearningRate;
            var slope = gradient.dot(direction).ToDouble();

            if (slope > -options.ToleranceChange)
            {
                return;
            }

            if (options.LineSearch == LineSearch.StrongWolfe)
            {
                var found = Search(closure, direction, new LinePoint(0, loss, gradient, slope), options, ref evaluations);
                (state.Length, loss, gradient) = (found.Length, found.Loss, found.Gradient);
                parametersAsOne.Move(direction, state.Length);
            }
            else
            {
                parametersAsOne.Move(direction, state.Length);

                // Nobody would use the loss and the gradient after the last move.
                if (iteration == options.MaxIter)
                {
                    return;
                }

                loss = Evaluate(closure);
                gradient = parametersAsOne.Gradient();
                Count(1, ref evaluations);
            }

            if (evaluations >= options.MostEvaluations || IsSmall(direction.mul(state.Length), options.ToleranceChange)
                || Math.Abs(loss - last) < options.ToleranceChange)
            {
                return;
            }

            // The search may have found no better point than the one before, whose gradient is the state's.
            gradient = gradient.alias().MoveToOuterDisposeScope();
        }
    }

    private LinePoint Search(Func<Tensor> closure, Tensor direction, LinePoint start, LBFGSOptions options, ref int evaluations)
    {
        var values = parametersAsOne.Values();
        var search = new StrongWolfeSearch(At, direction, options.ToleranceChange);
        var found = search.Run(start, state.Length);
        Count(search.Evaluations, ref evaluations);
        return found;

        (double Loss, Tensor Gradient) At(double length)
        {
            try
            {
                parametersAsOne.Move(direction, length);
                return (Evaluate(closure), parametersAsOne.Gradient());
            }
            finally
            {
                parametersAsOne.SetValues(values);
            }
        }
    }

    private void Count(int more, ref int evaluations)
    {
        evaluations += more;
        state.Evaluations += more;
    }

    private static double Evaluate(Func<Tensor> closure)
    {
        using var loss = Call(closure);
        return loss.ToDouble();
    }

    /// <summary>Calls the closure with gradients, and disposes what it makes but for the loss.</summary>
    private static Tensor Call(Func<Tensor> closure)
    {
        using var scope = NewDisposeScope();
        using var withGradients = enable_grad();
        var loss = closure();
        return loss is not null && loss.numel() == 1 ? loss.MoveToOuterDisposeScope() : throw new InvalidOperationException(
            "The closure has to return the loss, a single number.");
    }

    private static bool IsSmall(Tensor vector, double tolerance)
    {
        using var scope = NewDisposeScope();
        return vector.abs().max().ToDouble() <= tolerance;
    }

    private static InvalidOperationException NeedsClosure() => new(
        "LBFGS computes the loss several times in one step and needs a closure for it: optimizer.step(() => { optimizer.zero_grad(); "
        + "var loss = criterion.call(model.call(X), y); loss.backward(); return loss; }).");
}
