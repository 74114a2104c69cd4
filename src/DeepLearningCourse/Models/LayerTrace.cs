using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Watches one forward pass: which layers were entered, with which shapes, and which was never left.</summary>
internal sealed class LayerTrace : IDisposable
{
    private readonly List<Action> removers = [];
    private readonly Stack<Step> open = new();
    private readonly List<Step> steps = [];

    public LayerTrace(nn.Module network)
    {
        foreach (var (path, module) in network.named_modules())
        {
            Watch(path, module);
        }
    }

    /// <summary>The layers entered so far, in order.</summary>
    public IReadOnlyList<Step> Steps => steps;

    /// <summary>The innermost layer that was entered and not left.</summary>
    public Step? Failed => open.TryPeek(out var step) ? step : null;

    public void Dispose() => removers.ForEach(remove => remove());

    private void Watch(string path, nn.Module module)
    {
        switch (module)
        {
            case nn.Module<Tensor, Tensor> layer:
                var before = layer.register_forward_pre_hook((_, input) => { Enter(path, module, input); return input; });
                var after = layer.register_forward_hook((_, _, output) => { Leave(output); return output; });
                removers.Add(before.remove);
                removers.Add(after.remove);
                break;
            case LSTM lstm:
                WatchAny(path, lstm);
                break;
            case GRU gru:
                WatchAny(path, gru);
                break;
            case RNN rnn:
                WatchAny(path, rnn);
                break;
        }
    }

    private void WatchAny<TPreHook, TPostHook>(string path, nn.HookableModule<TPreHook, TPostHook> module)
    {
        var before = module.register_forward_pre_hook(_ => Enter(path, module, null));
        var after = module.register_forward_hook(_ => Leave(null));
        removers.Add(before.remove);
        removers.Add(after.remove);
    }

    private void Enter(string path, nn.Module module, Tensor? input)
    {
        var step = new Step(path, module, input?.shape, input?.dtype, input?.device);
        steps.Add(step);
        open.Push(step);
    }

    private void Leave(Tensor? output) => open.Pop().Output = output?.shape;

    /// <summary>A layer's turn in a forward pass.</summary>
    internal sealed record Step(string Path, nn.Module Layer, long[]? Input, ScalarType? Dtype, Device? Device)
    {
        public long[]? Output { get; set; }
    }
}
