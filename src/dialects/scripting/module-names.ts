// Dialect: the names that `import { ... } from "scripting"` may have, and those that only the app itself has.
import type { ScriptModule } from "../../host/api/dialect.ts";

/** The module of the app's API. */
export const scriptingModule: ScriptModule = {
  name: "scripting",
  exports: [
    "AbortController",
    "AbortSignal",
    "Data",
    "FileEntity",
    "FileManager",
    "FormData",
    "Headers",
    "HttpRequest",
    "HttpResponse",
    "HttpResponseBody",
    "HttpServer",
    "Path",
    "Request",
    "Response",
    "Script",
    "UUID",
    "WebSocket",
    "WebSocketSession",
    "fetch",
  ],
  absent: new Set(
    [
      // Views and their layout.
      "AccessoryWidgetBackground AnimatedFrames AnimatedGif AnimatedImage AVPlayerView Button Capsule Circle",
      "ColorPicker ConcentricRectangle ContentUnavailableView ControlGroup DatePicker DateIntervalLabel DateLabel",
      "DisclosureGroup Divider EditButton Editor Ellipse EmptyView FlowLayout ForEach Form Gauge GeometryReader",
      "GlassEffectContainer Grid GridRow Group GroupBox HStack Image Label LabeledContent LazyHGrid LazyHStack",
      "LazyVGrid LazyVStack Link List LivePhotoView LiveActivityUI Map Markdown MarkupText Menu MultiDatePicker",
      "NavigationDestination NavigationLink NavigationSplitView NavigationStack NamespaceReader OutlineGroup",
      "PasteButton Picker ProgressView QRImage Rectangle ReorderableForEach RoundedRectangle RoundedRectangleShape",
      "ScrollView ScrollViewReader Section SecureField ShareLink Slider Spacer Stepper SVG Tab TabSection TabView Text",
      "TextField TimelineView TimerIntervalLabel Toggle Toolbar ToolbarItem ToolbarItemGroup ToolbarSpacer",
      "UnevenRoundedRectangle VideoPlayer ViewThatFits VStack WebView ZStack",
      // Charts.
      "AreaChart AreaStackChart Bar1DChart BarChart BarGanttChart BarGroupChart BarStackChart Chart DonutChart",
      "HeatMapChart LineCategoryChart LineChart PieChart PointCategoryChart PointChart RangeAreaChart RectAreaChart",
      "RectChart RuleChart RuleLineForLabelChart RuleLineForValueChart",
      // State of views, and where they are presented.
      "Animation Color createContext EnvironmentValuesReader FillShapeStyle Fragment FunctionComponent gradient modifiers",
      "Navigation Observable Transition useCallback useColorScheme useContext useEffect useEffectEvent useKeyboardVisible",
      "useMemo useObservable useReducer useRef useSelector useState VirtualNode",
      // Widgets, intents and the keyboard.
      "AppIntentManager AppIntentProtocol ControlWidget ControlWidgetButton ControlWidgetToggle CustomKeyboard Intent",
      "LiveActivity LiveActivityUIBuilder LiveActivityUIExpandedBottom LiveActivityUIExpandedCenter",
      "LiveActivityUIExpandedLeading LiveActivityUIExpandedTrailing Notification Widget",
      // The device.
      "AppEvents Assistant AssistantTool AudioRecorder AVPlayer BackgroundKeeper Calendar CalendarEvent Clipboard Contact",
      "Device Dialog DocumentPicker HapticFeedback Health Keychain LocalAuth Location MapSnapshotter MediaComposer",
      "MediaPlayer Pasteboard Photos QRCode QuickLook Reminder Safari ShareSheet Speech SpeechRecognition Thread UIImage",
      "Weather WebViewController",
    ].flatMap((names) => names.split(" ")),
  ),
};
