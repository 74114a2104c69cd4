using System.CommandLine;
using DeepLearningCourse.Notebooks.Jupyter;

namespace DeepLearningCourse.Notebooks.Commands;

/// <summary>The options that say under which name, and in which of Jupyter's folders, a kernel is.</summary>
internal sealed class KernelPlace
{
    private readonly Option<string> name = new("--name") { Description = "The kernel's name in notebooks.", DefaultValueFactory = _ => KernelSpec.DefaultName };
    private readonly Option<bool> user = new("--user") { Description = "In your own folder; it is so if nothing else is said." };
    private readonly Option<string> prefix = new("--prefix") { Description = "Below this folder: share/jupyter/kernels." };
    private readonly Option<bool> environment = new("--sys-prefix") { Description = "In the Python environment that is active." };

    public void AddTo(Command command)
    {
        command.Add(name);
        command.Add(user);
        command.Add(prefix);
        command.Add(environment);
        command.Validators.Add(result =>
        {
            if ((result.GetValue(user) ? 1 : 0) + (result.GetValue(environment) ? 1 : 0) + (result.GetValue(prefix) is null ? 0 : 1) > 1)
            {
                result.AddError("--user, --prefix and --sys-prefix are three places: give one of them.");
            }
        });
    }

    public string NameIn(ParseResult parsed) => parsed.GetValue(name)!;

    public string Folder(ParseResult parsed) => parsed.GetValue(prefix) is { } folder
        ? KernelFolder.Below(folder)
        : parsed.GetValue(environment) ? KernelFolder.OfEnvironment() : KernelFolder.OfUser();
}
