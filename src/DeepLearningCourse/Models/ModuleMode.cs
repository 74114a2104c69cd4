using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearningCourse.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>The mode of one module, who holds it in evaluation mode, and who trains it. There is one for each module, whichever networks it is a part of.</summary>
internal sealed class ModuleMode
{
    private static readonly ConditionalWeakTable<nn.Module, ModuleMode> All = [];
    private static readonly ConcurrentDictionary<Type, bool> OwnModes = new();

    private readonly nn.Module module;
    private readonly SafeHandle handle;
    private readonly bool hasOwnMode;
    private long version;
    private volatile TrainingClaim? claim;

    private ModuleMode(nn.Module module)
    {
        this.module = module;
        handle = ModuleCalls.Handle(module);
        hasOwnMode = OwnModes.GetOrAdd(module.GetType(), HasOwnMode);
        IsSharedFreely = module is IParameterLessModule and not (Dropout or Dropout1d or Dropout2d or Dropout3d or AlphaDropout or FeatureAlphaDropout)
            && module.GetType().Assembly == typeof(nn.Module).Assembly && !module.named_children().Any();
    }

    /// <summary>How many passes hold it in evaluation mode; counted under <see cref="ModuleTree"/>'s lock.</summary>
    public int Evaluations { get; set; }

    /// <summary>Whether it goes back to training mode after the last of them.</summary>
    public bool WasTraining { get; set; }

    /// <summary>Whether it is nothing to train and computes alike in both modes, as a ReLU, so that networks may have it in common.</summary>
    public bool IsSharedFreely { get; }

    /// <summary>The training that it is a part of; null if there is none.</summary>
    public TrainingClaim? Claim
    {
        get => claim;
        set => claim = value;
    }

    /// <summary>Changes with each switch; odd while passes hold it in evaluation mode that was in training mode.</summary>
    public long Version => Volatile.Read(ref version);

    /// <summary>Whether it is in training mode. What was disposed is not: the pass itself says so in a sentence.</summary>
    public bool IsTraining
    {
        get
        {
            if (!hasOwnMode)
            {
                return handle.DangerousGetHandle() is var address and not 0 && ModuleCalls.IsTraining(address);
            }

            try
            {
                return module.training;
            }
            catch (ObjectDisposedException)
            {
                return false;
            }
        }
    }

    public static ModuleMode Of(nn.Module module) => All.GetValue(module, static module => new ModuleMode(module));

    /// <summary>Sets this module's mode and leaves those inside alone, unless its class has a <c>train</c> of its own, which has to know.</summary>
    /// <param name="training">Whether it is training mode.</param>
    /// <param name="alone">Whether that class knows already.</param>
    public void Set(bool training, bool alone = false)
    {
        if (hasOwnMode && !(alone && module is not jit.ScriptModule))
        {
            Tell(training);
        }
        else if (handle.DangerousGetHandle() is var address and not 0)
        {
            ModuleCalls.Train(address, training);
        }
    }

    public bool IsOf(nn.Module other) => ReferenceEquals(module, other);

    public void CountSwitch() => Interlocked.Increment(ref version);

    private void Tell(bool training)
    {
        if (training)
        {
            module.train();
        }
        else
        {
            module.eval();
        }
    }

    // A class of the user's, or a TorchScript module, whose native mode is not where others have theirs.
    private static bool HasOwnMode(Type type) =>
        type.GetProperty(nameof(nn.Module.training))!.GetMethod!.DeclaringType != typeof(nn.Module)
        || !IsKnown(type.GetMethod(nameof(nn.Module.train), [typeof(bool)])!.DeclaringType!)
        || !IsKnown(type.GetMethod(nameof(nn.Module.eval), [])!.DeclaringType!);

    private static bool IsKnown(Type declaring) => declaring.Assembly == typeof(nn.Module).Assembly || declaring.Assembly == typeof(ModuleMode).Assembly;
}
