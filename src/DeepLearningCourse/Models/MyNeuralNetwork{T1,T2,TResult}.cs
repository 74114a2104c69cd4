using DeepLearningCourse.Models.Printing;
using DeepLearningCourse.Runtime.Display;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>A network whose <c>forward</c> takes two inputs.</summary>
/// <typeparam name="T1">The type of input 1.</typeparam>
/// <typeparam name="T2">The type of input 2.</typeparam>
/// <typeparam name="TResult">The type of the output; a tuple for several outputs.</typeparam>
/// <remarks>See <see cref="MyNeuralNetwork"/>, the network of the slides, for how members are registered.</remarks>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public abstract class MyNeuralNetwork<T1, T2, TResult> : nn.Module<T1, T2, TResult>, IHasHtml, IHasMembers
{
    private MemberRegistry? members;

    /// <summary>Creates the network; nothing else needs to be called.</summary>
    protected MyNeuralNetwork()
        : base(nameof(MyNeuralNetwork))
    {
        name = GetType().Name;
    }

    // Several threads may use it first.
    private MemberRegistry Members => members
        ?? Interlocked.CompareExchange(ref members, new MemberRegistry(this, _internal_submodules, _internal_params, _internal_buffers), null) ?? members;

    MemberRegistry IHasMembers.Members => Members;

    /// <summary>Runs the forward pass with its hooks: PyTorch's <c>model(x)</c>.</summary>
    /// <param name="input1">What <c>forward</c> takes as number 1.</param>
    /// <param name="input2">What <c>forward</c> takes as number 2.</param>
    /// <returns>What <c>forward</c> returns.</returns>
    /// <exception cref="ForwardException">A layer got a tensor that does not fit; it names the layer and the shapes.</exception>
    public new TResult call(T1 input1, T2 input2) => ForwardCall.Invoke(this, () => base.call(input1, input2), [input1, input2]);

    /// <summary>The registry, as PyTorch prints it: one line a layer, nested as the network is.</summary>
    public override string ToString() => RegistryPrinter.Print(this);

    /// <summary>The registry for a page or a notebook: a tree whose branches open and close, with the shapes and numbers of the parameters.</summary>
    /// <returns>A div element of HTML that brings its own style.</returns>
    public string ToHtml() => RegistryHtml.Of(this);

    /// <inheritdoc/>
    public override IEnumerable<(string name, nn.Module module)> named_children()
    {
        Members.Synchronize();
        return base.named_children();
    }

    /// <inheritdoc/>
    public override IEnumerable<(string name, nn.Module module)> named_modules()
    {
        Members.Synchronize();
        return base.named_modules();
    }

    /// <inheritdoc/>
    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
    {
        Members.Synchronize();
        return base.named_parameters(recurse).DistinctBy(entry => TensorIdentity.Of(entry.parameter));
    }

    /// <summary>The parameters as they are now: a list, so that an optimizer made from it holds these and no later ones.</summary>
    /// <param name="recurse">Whether those of the layers are included.</param>
    /// <exception cref="InvalidOperationException">A lazy layer has no size yet.</exception>
    public override IEnumerable<Parameter> parameters(bool recurse = true)
    {
        var named = named_parameters(recurse).ToList();
        LazyParameter.RefuseWaiting(named.Select(entry => (entry.name, (Tensor)entry.parameter)));
        return named.ConvertAll(entry => entry.parameter);
    }

    /// <inheritdoc/>
    public override IEnumerable<(string name, Tensor buffer)> named_buffers(
        bool recurse = true, bool include_nonpersistent = true)
    {
        Members.Synchronize();
        return base.named_buffers(recurse, include_nonpersistent);
    }

    /// <inheritdoc/>
    public override bool has_parameter(string target)
    {
        Members.Synchronize();
        return base.has_parameter(target);
    }

    /// <inheritdoc/>
    public override Parameter? get_parameter(string target)
    {
        Members.Synchronize();
        return base.get_parameter(target);
    }

    /// <inheritdoc/>
    public override bool has_buffer(string target)
    {
        Members.Synchronize();
        return base.has_buffer(target);
    }

    /// <inheritdoc/>
    public override Tensor? get_buffer(string target)
    {
        Members.Synchronize();
        return base.get_buffer(target);
    }

    /// <inheritdoc/>
    public override nn.Module apply(Action<nn.Module> fn)
    {
        Members.Synchronize();
        return base.apply(fn);
    }

    /// <summary>Puts the network and its layers into training mode, or into evaluation mode. While other threads predict with it, the mode comes when they have ended.</summary>
    /// <param name="train">Whether it is training mode.</param>
    public override void train(bool train = true)
    {
        if (!ModuleTree.Of(this).SetLater(train))
        {
            base.train(train);
        }
    }

    /// <inheritdoc/>
    public override Dictionary<string, Tensor> state_dict(
        Dictionary<string, Tensor>? destination = null, string? prefix = null)
    {
        Members.Synchronize();
        destination ??= [];
        Members.AddOwnState(destination, prefix);
        return base.state_dict(destination, prefix);
    }

    /// <summary>Copies weights into this network; every key and shape must fit.</summary>
    /// <param name="source">Weights by key, for instance <c>w1.weight</c>.</param>
    /// <param name="strict">Whether a missing or unexpected key is an error. A wrong shape always is.</param>
    /// <param name="skip">Keys to leave as they are.</param>
    /// <returns>The keys that the network has and the source lacks, and the other way round.</returns>
    /// <exception cref="WeightsMismatchException">Keys or shapes do not fit; it names each. Nothing was copied.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.load_state_dict"/></remarks>
    public override (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
        Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null) =>
        StateLoader.Load(this, source, strict, skip ?? []);

    /// <summary>Registers the members. There is no need to call it.</summary>
    protected override void RegisterComponents() => Members.Synchronize();

    /// <inheritdoc/>
    protected override void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
    {
        Members.Synchronize();
        NetworkConversion.Convert(this, Members.OwnBuffers, dtype, device, non_blocking);

        if (device is not null)
        {
            _deviceType = device.type;
            _deviceIndex = device.index;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Members.Close();
        }

        base.Dispose(disposing);
    }
}
