using System.Collections;
using System.Reflection;

namespace DeepLearningCourse.Tests.Runtime.Display;

/// <summary>Finds formatters as .NET Interactive does: by the names of attribute and members, without knowing the library.</summary>
internal static class ForeignNotebook
{
    /// <summary>The MIME types that a type asks for.</summary>
    public static string[] Preferred(Type type) => Property<string[]>(Attribute(type), "PreferredMimeTypes");

    /// <summary>What a notebook would show, by MIME type.</summary>
    public static Dictionary<string, string> Show(object value)
    {
        var source = Activator.CreateInstance(Property<Type>(Attribute(value.GetType()), "FormatterSourceType"))!;
        var formatters = (IEnumerable)source.GetType().GetMethod("CreateTypeFormatters")!.Invoke(source, null)!;
        Dictionary<string, string> shown = [];

        foreach (var formatter in formatters)
        {
            // An ambiguous Format throws here.
            var format = formatter.GetType().GetMethod("Format")!;
            using StringWriter writer = new();

            if ((bool)format.Invoke(formatter, [value, writer])!)
            {
                shown.Add(Property<string>(formatter, "MimeType"), writer.ToString());
            }
        }

        return shown;
    }

    private static Attribute Attribute(Type type) => type.GetCustomAttributes(true).Cast<Attribute>().Single(attribute => attribute.GetType().Name == "TypeFormatterSourceAttribute");

    private static T Property<T>(object owner, string name) => (T)owner.GetType().GetProperty(name, BindingFlags.Public | BindingFlags.Instance)!.GetValue(owner)!;
}
