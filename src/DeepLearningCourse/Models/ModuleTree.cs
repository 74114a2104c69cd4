using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>The modules of a network, each once and parents first, with their modes. Kept for each network, and read anew when its members changed.</summary>
internal sealed class ModuleTree
{
    private static readonly ConditionalWeakTable<nn.Module, ModuleTree> Known = [];

    // One for all networks, as they may have layers in common.
    private static readonly Lock Gate = new();

    private readonly nn.Module network;
    private readonly ModuleMode[] modes;
    private readonly Container[] containers;
    private readonly (Linear Layer, Parameter? Weight, Parameter? Bias)[] linears;
    private readonly (nn.Module Owner, string Name)? firstParameter;

    private ModuleTree(nn.Module network)
    {
        this.network = network;
        List<nn.Module> modules = [.. network.modules().Prepend(network).Distinct<nn.Module>(ReferenceEqualityComparer.Instance)];
        modes = [.. modules.Select(ModuleMode.Of)];
        linears = [.. modules.OfType<Linear>().Select(layer => (layer, (Parameter?)layer.weight, layer.bias))];
        containers = [.. modules.Select(module => new Container(module)).Where(container => container.MayChange)];
        firstParameter = modules
            .SelectMany(module => module.named_parameters(false).Take(1).Select(entry => ((nn.Module, string)?)(module, entry.name)))
            .FirstOrDefault();
    }

    public nn.Module Network => network;

    public IReadOnlyList<ModuleMode> Modes => modes;

    /// <summary>A parameter, which shows where the network is; null if it has none.</summary>
    public Parameter? FirstParameter =>
        firstParameter is not var (owner, name) ? null : owner.get_parameter(name) ?? network.named_parameters().FirstOrDefault().parameter;

    /// <exception cref="InvalidOperationException">A layer is kept where no registry can see it.</exception>
    public static ModuleTree Of(nn.Module network)
    {
        if (Known.TryGetValue(network, out var known) && known.IsCurrent())
        {
            return known;
        }

        ModuleTree tree = new(network);
        Known.AddOrUpdate(network, tree);
        return tree;
    }

    /// <summary>Whether all modules are in evaluation mode, and not only because passes hold them there that may end before this one.</summary>
    public bool IsEvaluated()
    {
        var before = 0L;

        foreach (var mode in modes)
        {
            var version = mode.Version;
            before += version;

            if (version % 2 != 0 || mode.IsTraining)
            {
                return false;
            }
        }

        // A pass that began and ended between the two looks at a module has counted.
        Interlocked.MemoryBarrier();
        var after = 0L;

        foreach (var mode in modes)
        {
            after += mode.Version;
        }

        return before == after;
    }

    /// <summary>Holds all modules in evaluation mode, as one of the passes that do.</summary>
    public void BeginEvaluation()
    {
        lock (Gate)
        {
            foreach (var mode in modes)
            {
                if (mode.Evaluations++ == 0 && (mode.WasTraining = mode.IsTraining))
                {
                    mode.CountSwitch();
                }
            }

            try
            {
                Switch();
            }
            catch
            {
                EndEvaluation();
                throw;
            }
        }
    }

    /// <summary>Ends a pass; modules that no other pass holds get their own mode back.</summary>
    public void EndEvaluation()
    {
        lock (Gate)
        {
            foreach (var mode in modes)
            {
                mode.Evaluations--;
            }

            try
            {
                Switch();
            }
            finally
            {
                foreach (var mode in modes)
                {
                    if (mode is { Evaluations: 0, WasTraining: true })
                    {
                        mode.WasTraining = false;
                        mode.CountSwitch();
                    }
                }
            }
        }
    }

    /// <summary>Sets the modes except of modules that passes of other threads hold in evaluation mode: those get theirs when the passes end.</summary>
    /// <returns>Whether there are such; if not, nothing was done.</returns>
    public bool SetLater(bool training)
    {
        if (Gate.IsHeldByCurrentThread || ThreadPasses.Current.Newest is not null)
        {
            return false;
        }

        lock (Gate)
        {
            if (Array.TrueForAll(modes, mode => mode.Evaluations == 0))
            {
                return false;
            }

            foreach (var mode in modes)
            {
                if (mode.Evaluations == 0)
                {
                    mode.Set(training, alone: mode.IsOf(network));
                }
                else if (mode.WasTraining != training)
                {
                    mode.WasTraining = training;
                    mode.CountSwitch();
                }
            }

            return true;
        }
    }

    /// <summary>Says of all modules that are trained that they are.</summary>
    /// <returns>A module that another thread trains already, and that training; null if there is none.</returns>
    public (ModuleMode Mode, TrainingClaim Claim)? Claim(TrainingClaim claim)
    {
        lock (Gate)
        {
            if (TrainedElsewhere(claim.Thread) is { } other)
            {
                return other;
            }

            foreach (var mode in modes)
            {
                mode.Claim ??= mode.IsSharedFreely ? null : claim;
            }

            return null;
        }
    }

    public void Release(TrainingClaim claim)
    {
        lock (Gate)
        {
            foreach (var mode in modes)
            {
                if (mode.Claim == claim)
                {
                    mode.Claim = null;
                }
            }
        }
    }

    /// <summary>A module that another thread trains, and that training, which may end at any moment; null if there is none.</summary>
    public (ModuleMode Mode, TrainingClaim Claim)? TrainedElsewhere(ThreadPasses here)
    {
        foreach (var mode in modes)
        {
            if (mode.Claim is { } claim && claim.Thread != here)
            {
                return (mode, claim);
            }
        }

        return null;
    }

    /// <summary>Whether the networks have a module in common that matters.</summary>
    public bool Overlaps(ModuleTree other) => this == other || modes.Any(mode => !mode.IsSharedFreely && other.modes.Contains(mode));

    // Parents first, as a train() of the user's own reaches down.
    private void Switch()
    {
        foreach (var mode in modes)
        {
            var training = mode is { Evaluations: 0, WasTraining: true };

            if (mode.IsTraining != training)
            {
                mode.Set(training);
            }
        }
    }

    private bool IsCurrent()
    {
        foreach (var container in containers)
        {
            if (!container.IsCurrent())
            {
                return false;
            }
        }

        // A weight that was assigned is looked at once.
        foreach (var (layer, weight, bias) in linears)
        {
            if (!ReferenceEquals(layer.weight, weight) || !ReferenceEquals(layer.bias, bias))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A module that may come to hold others than it does.</summary>
    private sealed class Container(nn.Module module)
    {
        private readonly nn.Module[] children = [.. module.named_children().Select(child => child.module)];
        private readonly MemberRegistry? members = MembersOf(module);
        private readonly object? seen = MembersOf(module)?.Seen;

        // Layers of TorchSharp's that hold no others never will; its lists and sequences may.
        public bool MayChange => children.Length > 0 || module.GetType().Assembly != typeof(nn.Module).Assembly || module.GetType().IsGenericType || module is Sequential;

        public bool IsCurrent()
        {
            if (members is not null)
            {
                return members.HasSameLayers(seen);
            }

            var count = 0;

            foreach (var (_, child) in module.named_children())
            {
                if (count == children.Length || !ReferenceEquals(child, children[count++]))
                {
                    return false;
                }
            }

            return count == children.Length;
        }

        // A network that lists its layers in its own way is asked for them.
        private static MemberRegistry? MembersOf(nn.Module module) =>
            module is IHasMembers network && module.GetType().GetMethod(nameof(nn.Module.named_children), [])!.DeclaringType!.Assembly == typeof(MemberRegistry).Assembly
                ? network.Members
                : null;
    }
}
