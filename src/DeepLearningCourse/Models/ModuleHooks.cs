using System.Collections;
using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Hooks on a module of any signature: TorchSharp's are typed by each.</summary>
internal sealed class ModuleHooks : IDisposable
{
    private static readonly ConcurrentDictionary<Type, Func<Action<object?[]>, Delegate>> Makers = new();

    private readonly Action removeBefore;
    private readonly Action removeAfter;

    private ModuleHooks(Action removeBefore, Action removeAfter) => (this.removeBefore, this.removeAfter) = (removeBefore, removeAfter);

    /// <summary>Watches a module's calls on this thread; null if it cannot be called, as a list of layers.</summary>
    /// <param name="module">The module.</param>
    /// <param name="enter">Gets the inputs of a call before it.</param>
    /// <param name="leave">Gets the output of a call after it.</param>
    public static ModuleHooks? Add(nn.Module module, Action<object?[]> enter, Action<object?> leave)
    {
        if (Hookable(module.GetType()) is not { } hookable)
        {
            return null;
        }

        var thread = Environment.CurrentManagedThreadId;
        var (before, after) = (hookable.GetGenericArguments()[0], hookable.GetGenericArguments()[1]);
        return new(
            Register(module, hookable, "pre_hooks", Make(before, all => Here(() => enter(all)))),
            Register(module, hookable, "post_hooks", Make(after, all => Here(() => leave(all[^1])))));

        void Here(Action action)
        {
            if (Environment.CurrentManagedThreadId == thread)
            {
                action();
            }
        }
    }

    public void Dispose()
    {
        removeBefore();
        removeAfter();
    }

    private static Type? Hookable(Type? type)
    {
        while (type is not null && !(type.IsGenericType && type.GetGenericTypeDefinition() == typeof(nn.HookableModule<,>)))
        {
            type = type.BaseType;
        }

        return type;
    }

    private static Action Register(nn.Module module, Type hookable, string table, Delegate hook)
    {
        var field = hookable.GetField(table, BindingFlags.Instance | BindingFlags.NonPublic)!;
        var key = Guid.NewGuid().ToString();
        Replace(module, field, hooks => hooks.Add(key, hook));
        return () => Replace(module, field, hooks => hooks.Remove(key));
    }

    // Other threads may be calling the module, and go through its hooks: TorchSharp's own way to add one would break their calls.
    private static void Replace(nn.Module module, FieldInfo table, Action<IDictionary> change)
    {
        lock (Makers)
        {
            var hooks = (IDictionary)Activator.CreateInstance(table.FieldType, table.GetValue(module))!;
            change(hooks);
            table.SetValue(module, hooks);
        }
    }

    private static Delegate Make(Type hookType, Action<object?[]> action) => Makers.GetOrAdd(hookType, Compile)(action);

    /// <summary>A hook that hands everything but the module to an action and changes nothing.</summary>
    private static Func<Action<object?[]>, Delegate> Compile(Type hookType)
    {
        var invoke = hookType.GetMethod("Invoke")!;
        var action = Expression.Parameter(typeof(Action<object?[]>));
        var parameters = invoke.GetParameters().Select(parameter => Expression.Parameter(parameter.ParameterType)).ToArray();
        var all = Expression.NewArrayInit(typeof(object), parameters.Skip(1).Select(parameter => Expression.Convert(parameter, typeof(object))));

        // A hook of one input, and one after the call, hands on what it got; with several inputs null means the same.
        Expression result = invoke.ReturnType == parameters[^1].Type ? parameters[^1] : Expression.Default(invoke.ReturnType);
        var hook = Expression.Lambda(hookType, Expression.Block(Expression.Invoke(action, all), result), parameters);
        return Expression.Lambda<Func<Action<object?[]>, Delegate>>(Expression.Convert(hook, typeof(Delegate)), action).Compile();
    }
}
