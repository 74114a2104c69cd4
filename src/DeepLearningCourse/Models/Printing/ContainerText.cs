using TorchSharp.Modules;
using static System.FormattableString;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Printing;

/// <summary>What lists and dictionaries of layers and of parameters hold.</summary>
internal static class ContainerText
{
    /// <summary>ModuleList or ModuleDict; ParameterList or ParameterDict, where there are only parameters.</summary>
    public static string ClassName(LayerCollection collection) =>
        !collection.named_children().Any() && collection.named_parameters(recurse: false).Any()
            ? collection.GetName().Replace("Module", "Parameter", StringComparison.Ordinal)
            : collection.GetName();

    /// <summary>A module's layers. TorchSharp registers those of a list or dictionary only with the network it is in.</summary>
    public static IEnumerable<(string Name, nn.Module Module)> Children(nn.Module module)
    {
        var type = module.GetType();
        if (module is IEnumerable<nn.Module> list && IsModuleList(module))
        {
            return list.Select((layer, index) => (PythonText.Of(index), layer));
        }

        return IsA(type, typeof(ModuleDict<>))
            && type.GetProperty("Keys")?.GetValue(module) is IEnumerable<string> names
            && type.GetProperty("Values")?.GetValue(module) is IEnumerable<nn.Module> layers
            ? names.Zip(layers)
            : module.named_children();
    }

    /// <summary>Whether PyTorch writes equal neighbours in it once.</summary>
    public static bool IsModuleList(nn.Module module) => IsA(module.GetType(), typeof(ModuleList<>))
        || (module is LayerCollection && LayerText.ClassName(module) == "ModuleList");

    /// <summary>A line for each parameter of a container; none for other modules. The indentation is PyTorch's.</summary>
    public static IEnumerable<string> ParameterLines(nn.Module module)
    {
        if (module is not (ParameterList or ParameterDict or LayerCollection))
        {
            return [];
        }

        var isDictionary = module is ParameterDict || LayerText.ClassName(module) == "ParameterDict";
        return module.named_parameters(recurse: false)
            .Select(entry => $"  ({entry.name}): Parameter containing: [{TypeName(entry.parameter, isDictionary)} of size "
                + $"{string.Join('x', entry.parameter.shape.Select(PythonText.Of))}{Device(entry.parameter)}]");
    }

    // PyTorch names a list's elements by their type, and a dictionary's by their tensor.
    private static string TypeName(Tensor parameter, bool isDictionary)
    {
        var (type, tensor) = PythonText.Names(parameter.dtype);
        return isDictionary ? $"torch.{(IsOnGpu(parameter) ? "cuda." : "")}{tensor}" : type;
    }

    private static string Device(Tensor parameter) =>
        IsOnGpu(parameter) ? Invariant($" (GPU {parameter.device_index})") : "";

    private static bool IsOnGpu(Tensor parameter) => parameter.device_type == TorchSharp.DeviceType.CUDA;

    private static bool IsA(Type? type, Type open) =>
        type is not null && ((type.IsGenericType && type.GetGenericTypeDefinition() == open) || IsA(type.BaseType, open));
}
